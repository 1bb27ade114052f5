using FleetBridge.Core.Logs;
using FleetBridge.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Hosting;

/// <summary>Reports in the log and in the metrics how the loading of a backend's builds went.</summary>
/// <param name="folder">The backend.</param>
/// <param name="logger">The log.</param>
internal sealed partial class LoadReport(BackendFolder folder, ILogger logger)
{
    /// <summary>A build serves from now on.</summary>
    /// <param name="number">Its generation.</param>
    /// <param name="last">The generation that served until now; null for none.</param>
    /// <param name="took">How long loading it took.</param>
    public void Loaded(int number, int? last, TimeSpan took)
    {
        Measure(last is null ? "loaded" : "reloaded", took);
        if (last is { } older)
        {
            LogReloaded(folder.Title, number, older, took.TotalMilliseconds);
        }
        else
        {
            LogLoaded(folder.Title, number, took.TotalMilliseconds);
        }
    }

    /// <summary>A build cannot be loaded.</summary>
    /// <param name="problem">Why.</param>
    /// <param name="last">The generation that continues to serve; null for none.</param>
    /// <param name="took">How long trying it took.</param>
    public void Failed(string problem, int? last, TimeSpan took)
    {
        Measure(last is null ? "failed" : "kept", took);
        if (last is { } older)
        {
            LogKept(folder.Title, older, problem);
        }
        else
        {
            LogFailed(folder.Title, problem);
        }
    }

    /// <summary>Somebody else could change the backend.</summary>
    /// <param name="doubt">Who, and how to end that.</param>
    public void Doubted(string doubt) => LogDoubted(folder.Title, doubt);

    /// <summary>A build serves, and its author should know something about it.</summary>
    /// <param name="note">What.</param>
    public void Noted(string note) => LogNoted(folder.Title, note);

    /// <summary>The stack trace of what a backend threw while it was loaded, for the log file.</summary>
    /// <param name="trace">The trace.</param>
    public void Trace(string trace) => LogLoadTrace(folder.Title, trace);

    /// <summary>A build was still being loaded when the bridge stopped.</summary>
    public void Abandoned() => LogLoadAbandoned(folder.Title);

    private void Measure(string outcome, TimeSpan took) => Instruments.Loads.Record(
        took.TotalSeconds,
        new(Instruments.BackendTag, folder.Name),
        new(Instruments.VersionTag, folder.Version),
        new(Instruments.OutcomeTag, outcome));

    [LoggerMessage(Level = LogLevel.Debug, Message = "Backend {Backend} is loaded (generation {Generation}, {Milliseconds:0} ms).")]
    private partial void LogLoaded(string backend, int generation, double milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Backend {Backend} was rebuilt: generation {Generation} is serving; "
        + "generation {Last} finishes its requests ({Milliseconds:0} ms).")]
    private partial void LogReloaded(string backend, int generation, int last, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, EventName = FailedRequest.NotLoadedEventName, Message = "Backend {Backend} cannot be loaded: {Problem}")]
    private partial void LogFailed(string backend, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The new build of backend {Backend} cannot be loaded; generation {Generation} "
        + "continues to serve: {Problem}")]
    private partial void LogKept(string backend, int generation, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Backend {Backend} was still being loaded when the bridge stopped. Its "
        + "constructor may hang.")]
    private partial void LogLoadAbandoned(string backend);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Others could put their code into backend {Backend}: {Doubt}")]
    private partial void LogDoubted(string backend, string doubt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Backend {Backend}: {Note}")]
    private partial void LogNoted(string backend, string note);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Why backend {Backend} could not be loaded: {Trace}")]
    private partial void LogLoadTrace(string backend, string trace);
}
