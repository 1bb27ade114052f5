using FleetBridge.Core.State;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>Where the log goes.</summary>
internal sealed record BridgeLogOptions
{
    /// <summary>The log file's path; null for the one in the user's state folder.</summary>
    public string? File { get; init; }

    /// <summary>How far the log file may fall behind.</summary>
    public LogBound FileBound { get; init; } = LogFileWriter.DefaultBound;

    /// <summary>Opens something else in the file's place; null for the file.</summary>
    public Func<string, ILogTarget>? OpenFile { get; init; }

    /// <summary>The lowest level that reaches the editor (or the terminal). The file has all levels.</summary>
    public LogEventLevel Level { get; init; } = LogEventLevel.Information;

    /// <summary>How many of all records are kept for readers that come later.</summary>
    public LogBound History { get; init; } = BridgeLog.ShortHistory;

    /// <summary>Where the records go instead of the editor's socket: the terminal of a command.</summary>
    public Action<LogRecord>? Terminal { get; init; }

    /// <summary>The log file in the user's state folder.</summary>
    public static string DefaultFile => Path.Combine(StateFolder.Locate(), "logs", "fleetbridge.log");
}

/// <summary>
/// The log of one run. Every record is rendered and redacted once and published to two rings, one of all records for the file
/// and one of those that the editor shows; whoever reads them, no reader holds up another, or a request.
/// </summary>
internal sealed class BridgeLog : IAsyncDisposable
{
    /// <summary>How long a response waits for its records to reach a client that reads slowly.</summary>
    public static readonly TimeSpan DeliveryLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>What is kept for readers that come later.</summary>
    public static readonly LogBound ShortHistory = new(1_000, 1024 * 1024);

    /// <summary>What is kept where people look back: the gateway's page and followers of the log.</summary>
    public static readonly LogBound LongHistory = new(200_000, 64L * 1024 * 1024);

    private readonly Logger _logger;
    private readonly LogFileWriter _file;
    private long _stalledAt = -1;

    private BridgeLog(BridgeLogOptions options, TimeProvider clock, Action<string?>? fileKnown)
    {
        (Everything, Shown) = (new LogRing(options.History, clock), new LogRing(ShortHistory, clock));
        Editor = new EditorPlace(Shown, clock);
        var publisher = new LogPublisher(Everything, Shown, options.Level, options.Terminal);
        _file = LogFileWriter.Start(
            Path.GetFullPath(options.File ?? BridgeLogOptions.DefaultFile), options.FileBound, options.OpenFile, Everything, publisher, clock);
        fileKnown?.Invoke(FilePath);
        _logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new EventRenderer(publisher)).CreateLogger();
        Loggers = new SerilogLoggerFactory(_logger);
        Refusals = new RefusalLog(Loggers.CreateLogger<RefusalLog>(), clock);
        FrameworkLoggers = new FrameworkLoggers(Loggers, Refusals);
        Backends = new BackendLoggers(publisher);
        UnhandledExceptions.LogTo(Loggers.CreateLogger(typeof(UnhandledExceptions).FullName!));
        BackendExits.LogTo(Loggers.CreateLogger(typeof(BackendExits).FullName!), Flush);
    }

    /// <summary>All records.</summary>
    public LogRing Everything { get; }

    /// <summary>The records of the level that people see.</summary>
    public LogRing Shown { get; }

    /// <summary>The log file; null when none can be written.</summary>
    public string? FilePath => _file.Path;

    /// <summary>Loggers for the bridge itself.</summary>
    public ILoggerFactory Loggers { get; }

    /// <summary>Loggers for the framework's server.</summary>
    public ILoggerFactory FrameworkLoggers { get; }

    /// <summary>For what is refused, by whatever part of the bridge.</summary>
    public RefusalLog Refusals { get; }

    /// <summary>
    /// For the line that every request leaves: it becomes text at once, at a fraction of the cost of Serilog's properties,
    /// which neither the file nor the editor shows.
    /// </summary>
    public Microsoft.Extensions.Logging.ILogger Requests => Backends.For("FleetBridge.Requests");

    /// <summary>Loggers for backends.</summary>
    public BackendLoggers Backends { get; }

    /// <summary>The editor's place among the readers.</summary>
    public EditorPlace Editor { get; }

    /// <summary>The readers beside it: editors that share the bridge with the one in the place.</summary>
    public EditorStreams Streams { get; } = new();

    /// <summary>How many records there have been for the editor.</summary>
    public long Emitted => Shown.Added;

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
        var delivered = Editor.Delivered;
        return until == since || delivered >= until || delivered == Interlocked.Read(ref _stalledAt)
            ? ValueTask.CompletedTask
            : new ValueTask(WaitAsync(delivered, until));
    }

    public async ValueTask DisposeAsync()
    {
        UnhandledExceptions.LogTo(null);
        BackendExits.LogTo(null);
        Refusals.Dispose();
        Loggers.Dispose();
        await _logger.DisposeAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The last of this process: what is logged after it may be lost.</summary>
    private void Flush()
    {
        _file.DisposeAsync().AsTask().Wait();
        Editor.WaitForDeliveryAsync(Emitted, DeliveryLimit).Wait();
    }

    private async Task WaitAsync(long delivered, long until)
    {
        if (!await Editor.WaitForDeliveryAsync(until, DeliveryLimit).ConfigureAwait(false))
        {
            // Where it stood before: a client that has read some of it is slow, not hung.
            Interlocked.Exchange(ref _stalledAt, delivered);
        }
    }
}
