using FleetBridge.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace FleetBridge.Logs;

/// <summary>Where the log goes.</summary>
internal sealed record BridgeLogOptions
{
    /// <summary>The log file's path; null for the one in the user's state folder.</summary>
    public string? File { get; init; }

    /// <summary>The least level that reaches the editor (or the terminal). The file has all levels.</summary>
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>Where the records go instead of the editor's socket: the terminal of a command.</summary>
    public ILogEventSink? Terminal { get; init; }

    /// <summary>The log file in the user's state folder.</summary>
    public static string DefaultFile => Path.Combine(StateFolder.Locate(), "logs", "fleetbridge.log");
}

/// <summary>
/// The log of one run: every record into the rolling file, and those of some weight to the editor. Both are behind an
/// asynchronous sink each, so that the disk does not hold up the socket nor the other way round.
/// </summary>
internal sealed class BridgeLog : IAsyncDisposable
{
    /// <summary>How long an answer waits for its records to reach a client that reads slowly.</summary>
    public static readonly TimeSpan DeliveryLimit = TimeSpan.FromMilliseconds(250);

    private const int QueueLength = 20_000;
    private const long FileSize = 10 * 1024 * 1024;
    private const int FilesKept = 10;

    private readonly Logger _logger;
    private readonly TimeProvider _clock;
    private readonly BatchedFile _file = new();
    private CountingSink? _toEditor;
    private long _stalledAt = -1;

    private BridgeLog(BridgeLogOptions options, TimeProvider clock)
    {
        _clock = clock;
        Backlog = new LogBacklog(clock);
        FilePath = Path.GetFullPath(options.File ?? BridgeLogOptions.DefaultFile);
        var unwritable = FindUnwritable(FilePath);
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose();
        if (unwritable is null)
        {
            configuration.WriteTo.Async(
                to => to.File(
                    new FileLine(),
                    FilePath,
                    fileSizeLimitBytes: FileSize,
                    rollOnFileSizeLimit: true,
                    retainedFileCountLimit: FilesKept,
                    hooks: _file),
                _file,
                QueueLength,
                blockWhenFull: true);
        }

        if (options.Terminal is { } terminal)
        {
            configuration.WriteTo.Sink(terminal, options.Level);
        }
        else
        {
            LoggerSinkConfiguration.Wrap(
                configuration.WriteTo,
                inner => _toEditor = new CountingSink(inner),
                to => to.Async(inner => inner.Sink(new EditorSink(Backlog)), QueueLength, blockWhenFull: true),
                options.Level,
                levelSwitch: null);
        }

        _logger = configuration.CreateLogger();
        Loggers = new SerilogLoggerFactory(_logger);
        FrameworkLoggers = new FrameworkLoggers(Loggers);
        Backends = new BackendLoggers(_logger);
        if (unwritable is not null)
        {
            _logger.ForContext<BridgeLog>().Warning(
                "There is no log file in this run: {File} cannot be written ({Reason}). Name another one with --log-file",
                FilePath,
                unwritable);
            FilePath = null;
        }
    }

    /// <summary>The log file; null when none can be written.</summary>
    public string? FilePath { get; }

    /// <summary>Loggers for the bridge itself.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Loggers for the framework's server.</summary>
    public ILoggerFactory FrameworkLoggers { get; }

    /// <summary>
    /// For the line that every request leaves: it becomes text at once, at a fraction of what properties cost that neither
    /// the file nor the editor shows.
    /// </summary>
    public Microsoft.Extensions.Logging.ILogger Requests => Backends.For("FleetBridge.Requests");

    /// <summary>Loggers for backends.</summary>
    public BackendLoggers Backends { get; }

    /// <summary>What waits for the editor.</summary>
    public LogBacklog Backlog { get; }

    /// <summary>How many records are on their way to the editor or have reached it.</summary>
    public long Emitted => _toEditor?.Count ?? 0;

    public static BridgeLog Open(BridgeLogOptions options, TimeProvider clock) => new(options, clock);

    /// <summary>
    /// Waits until the records so far have reached the editor, at most <see cref="DeliveryLimit"/>, and not at all when it
    /// has not read anything since the last time that took too long.
    /// </summary>
    /// <param name="since">The value of <see cref="Emitted"/> before the request; without new records there is nothing
    /// to wait for.</param>
    /// <returns>Completes then.</returns>
    public ValueTask WaitForDeliveryAsync(long since)
    {
        var until = Emitted;
        if (until == since)
        {
            return ValueTask.CompletedTask;
        }

        var delivered = Backlog.WhenDelivered(until);
        return delivered.IsCompleted || Interlocked.Read(ref _stalledAt) == Backlog.Delivered
            ? ValueTask.CompletedTask
            : new ValueTask(WaitAsync(delivered));
    }

    public async ValueTask DisposeAsync()
    {
        _file.Hurry();
        Loggers.Dispose();
        await _logger.DisposeAsync().ConfigureAwait(false);
    }

    private static string? FindUnwritable(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var probe = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Held by another bridge: the sink then writes into the next file of the row.
            return File.Exists(path) && exception is IOException ? null : exception.Message;
        }
    }

    private async Task WaitAsync(Task delivered)
    {
        try
        {
            await delivered.WaitAsync(DeliveryLimit, _clock).ConfigureAwait(false);
            Interlocked.Exchange(ref _stalledAt, -1);
        }
        catch (TimeoutException)
        {
            Interlocked.Exchange(ref _stalledAt, Backlog.Delivered);
        }
    }
}
