using System.Buffers;
using System.Globalization;

namespace FleetBridge.Core.Logs;

/// <summary>
/// Writes all records to the log file, on a thread of its own: a disk that hangs stops this thread and nothing else. While the
/// file cannot be written, records wait in the ring, up to this reader's bound; the oldest ones above it are dropped and counted.
/// </summary>
internal sealed class LogFileWriter : IAsyncDisposable
{
    /// <summary>How long opening the log waits for the file.</summary>
    public static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long closing the log waits for the last records to be written.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    /// <summary>How long after a failure the next attempt is made.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How far the file may fall behind, unless another bound is asked for.</summary>
    public static readonly LogBound DefaultBound = new(long.MaxValue, 64L * 1024 * 1024);

    /// <summary>
    /// Every request logs a line. Woken by each, this thread would cost requests that follow one another 5 to 10 % of their time.
    /// </summary>
    private static readonly TimeSpan WakeDelay = TimeSpan.FromMilliseconds(20);

    private const long FileSize = 10 * 1024 * 1024;
    private const int FilesKept = 10;
    private const int BatchBytes = 256 * 1024;

    private readonly string _wanted;
    private readonly Func<string, ILogTarget> _open;
    private readonly LogReader _reader;
    private readonly LogPublisher _publisher;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<string?> _opened = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LogFileWriter(
        string wanted, LogBound bound, Func<string, ILogTarget>? open, LogRing ring, LogPublisher publisher, TimeProvider clock)
    {
        (_wanted, _open, _publisher, _clock) = (wanted, open ?? OpenFile, publisher, clock);
        _reader = ring.Open(new LogReaderPolicy
        {
            Bound = bound,
            DescribeGap = DescribeGap,
            Overflowed = ReportOverflow,
            WakeDelay = WakeDelay,
        });
        new Thread(Run) { IsBackground = true, Name = "Log file" }.Start();
    }

    /// <summary>The file's path; null if it cannot be written.</summary>
    public string? Path => _opened.Task.IsCompleted ? _opened.Task.Result : _wanted;

    /// <summary>Begins to write, and waits at most <see cref="OpenLimit"/> for the file to be opened.</summary>
    /// <param name="wanted">The file's full path. If another bridge has that file, one beside it is written.</param>
    /// <param name="bound">How far it may fall behind.</param>
    /// <param name="open">Opens something else in the file's place; null for the file.</param>
    public static LogFileWriter Start(
        string wanted, LogBound bound, Func<string, ILogTarget>? open, LogRing ring, LogPublisher publisher, TimeProvider clock)
    {
        var writer = new LogFileWriter(wanted, bound, open, ring, publisher, clock);
        try
        {
            writer._opened.Task.WaitAsync(OpenLimit, clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            publisher.Warn($"The log file {wanted} does not respond. Records wait in memory until it does.");
        }

        return writer;
    }

    /// <summary>Writes what is left, as far as that is possible within <see cref="CloseLimit"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await _closed.Task.WaitAsync(CloseLimit, _clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // the file does not respond: its thread ends with the process
        }
    }

    private static string DescribeGap(long count) => string.Create(
        CultureInfo.InvariantCulture, $"{count} log records are missing here: the file could not be written fast enough.");

    private void Run()
    {
        using (var file = Open())
        {
            if (file is not null)
            {
                WriteAll(file);
            }
        }

        _reader.Dispose();
        _closed.SetResult();
    }

    private ILogTarget? Open()
    {
        try
        {
            var file = _open(_wanted);
            _opened.SetResult(file.Path);
            return file;
        }
        catch (IOException exception)
        {
            _publisher.Warn($"No log file is being written: {_wanted} cannot be opened ({exception.Message}). Choose another with --log-file");
            _opened.SetResult(null);
            return null;
        }
        catch (Exception exception)
        {
            // a bug, for whoever opens the log: this thread has nobody to throw it to
            _opened.SetException(exception);
            return null;
        }
    }

    private LogFile OpenFile(string wanted)
    {
        var claim = LogFileClaim.TryMake(wanted, out var problem) ?? throw new IOException(problem);
        if (claim.Evaded is { } others)
        {
            _publisher.Warn($"{others} is not a log file of FleetBridge, so it is left alone. The log is written to {claim.Path}.");
        }

        return new LogFile(claim, FileSize, FilesKept, _clock);
    }

    private void WriteAll(ILogTarget file)
    {
        var text = new ArrayBufferWriter<byte>(16 * 1024);
        var batch = new LogBatch();
        try
        {
            while (true)
            {
                _reader.Take(batch, BatchBytes, _ending.Token);
                text.ResetWrittenCount();
                foreach (var record in batch.Records)
                {
                    FileLine.Write(text, record);
                }

                Write(file, text.WrittenSpan);
                _reader.ConfirmTaken();
                if (batch.Dropped > 0)
                {
                    _publisher.Warn(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{batch.Dropped} records are missing from the log file {Path}: it could not be written fast enough."));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // everything is written, or the log closes while the file cannot be written
        }
    }

    /// <summary>Writes to the file, and tries again until that succeeds.</summary>
    private void Write(ILogTarget file, ReadOnlySpan<byte> text)
    {
        if (TryWrite(file, text) is not { } failure)
        {
            return;
        }

        _publisher.Warn($"The log file {Path} cannot be written: {failure} Records wait in memory until it can.");
        do
        {
            Task.Delay(RetryInterval, _clock, _ending.Token).GetAwaiter().GetResult();
        }
        while (TryWrite(file, text) is not null);

        _publisher.Warn($"The log file {Path} is being written again.");
    }

    /// <returns>Why it could not be written.</returns>
    private static string? TryWrite(ILogTarget file, ReadOnlySpan<byte> text)
    {
        try
        {
            file.Write(text);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    private void ReportOverflow() => _publisher.Warn(
        $"The log file {Path} cannot be written fast enough: records are missing from it from here on.");
}
