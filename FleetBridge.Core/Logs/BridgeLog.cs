using FleetBridge.Core.State;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Parsing;

namespace FleetBridge.Core.Logs;

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

    private static readonly MessageTemplate FileFailure = new MessageTemplateParser().Parse(
        "The log file {File:l} misses records from here on: {Reason:l}");

    private readonly Logger _logger;
    private readonly LogFileClaim? _claim;
    private readonly BatchedFile _file = new();
    private CountingSink? _toEditor;
    private ILogEventSink? _reader;
    private int _fileFailed;
    private long _stalledAt = -1;

    private BridgeLog(BridgeLogOptions options, TimeProvider clock, Action<string?>? fileKnown)
    {
        Backlog = new LogBacklog(clock);
        var wanted = Path.GetFullPath(options.File ?? BridgeLogOptions.DefaultFile);
        _claim = LogFileClaim.TryMake(wanted, out var problem);
        FilePath = _claim?.Path;
        fileKnown?.Invoke(FilePath);
        var configuration = new LoggerConfiguration().MinimumLevel.Verbose();
        if (FilePath is not null)
        {
            configuration.WriteTo.Async(WriteToFile, _file, QueueLength, blockWhenFull: true);
        }

        if (options.Terminal is { } terminal)
        {
            _reader = terminal;
            configuration.WriteTo.Sink(terminal, options.Level);
        }
        else
        {
            LoggerSinkConfiguration.Wrap(
                configuration.WriteTo,
                inner => _reader = _toEditor = new CountingSink(inner),
                to => to.Async(inner => inner.Sink(new EditorSink(Backlog)), QueueLength, blockWhenFull: true),
                options.Level,
                levelSwitch: null);
        }

        _logger = configuration.CreateLogger();
        Loggers = new SerilogLoggerFactory(_logger);
        FrameworkLoggers = new FrameworkLoggers(Loggers);
        Backends = new BackendLoggers(_logger);
        UnhandledExceptions.TellTo(Loggers.CreateLogger(typeof(UnhandledExceptions).FullName!));
        if (problem is not null)
        {
            _logger.ForContext<BridgeLog>().Warning(
                "There is no log file in this run: {File} cannot be written ({Reason}). Name another one with --log-file",
                wanted,
                problem);
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

    /// <summary>Opens the log of this run.</summary>
    /// <param name="options">Where it goes.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="fileKnown">Is told <see cref="FilePath"/> before the rest is made, which takes much longer.</param>
    /// <returns>The log.</returns>
    public static BridgeLog Open(BridgeLogOptions options, TimeProvider clock, Action<string?>? fileKnown = null) =>
        new(options, clock, fileKnown);

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
        var delivered = Backlog.Delivered;
        return until == since || delivered >= until || delivered == Interlocked.Read(ref _stalledAt)
            ? ValueTask.CompletedTask
            : new ValueTask(WaitAsync(delivered, until));
    }

    public async ValueTask DisposeAsync()
    {
        _file.Hurry();
        UnhandledExceptions.TellTo(null);
        Loggers.Dispose();
        await _logger.DisposeAsync().ConfigureAwait(false);
        _claim?.Dispose();
    }

    private void WriteToFile(LoggerSinkConfiguration to) => LoggerSinkConfiguration.Wrap(
        to,
        file => new FailureReportingSink(file, ReportFileFailure),
        inner => inner.File(
            new FileLine(),
            FilePath!,
            fileSizeLimitBytes: FileSize,
            rollOnFileSizeLimit: true,
            retainedFileCountLimit: FilesKept,
            hooks: _file),
        LevelAlias.Minimum,
        levelSwitch: null);

    /// <summary>Tells the reader, once, and not the file: its queue may be full, and this is the thread that empties it.</summary>
    private void ReportFileFailure(Exception exception)
    {
        if (Interlocked.Exchange(ref _fileFailed, 1) == 0)
        {
            _reader?.Emit(new LogEvent(
                TimeProvider.System.GetLocalNow(), LogEventLevel.Warning, exception: null, FileFailure,
                [
                    new LogEventProperty("File", new ScalarValue(FilePath)),
                    new LogEventProperty("Reason", new ScalarValue(exception.Message)),
                ]));
        }
    }

    private async Task WaitAsync(long delivered, long until)
    {
        if (!await Backlog.WaitForDeliveryAsync(until, DeliveryLimit).ConfigureAwait(false))
        {
            // Where it stood before: a client that has read some of it is slow, not hung.
            Interlocked.Exchange(ref _stalledAt, delivered);
        }
    }
}
