using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A backend that calls <c>Environment.Exit</c> ends the bridge, and with it the operations of others. The runtime does not show who
/// has called it, so the log names the backends that do, before the process is gone.
/// </summary>
internal static partial class BackendExits
{
    private static readonly ConcurrentDictionary<string, bool> Callers = new(StringComparer.Ordinal);
    private static volatile Log? _log;

    /// <summary>From now on they are logged, for the rest of the process.</summary>
    public static void LogBeforeExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Report();

    /// <summary>A backend whose code calls it was loaded.</summary>
    /// <param name="backend">Its title.</param>
    public static void AddCaller(string backend) => Callers[backend] = true;

    /// <summary>Where they are logged from now on.</summary>
    /// <param name="logger">The log; null when it closes, because the process comes to its own end.</param>
    /// <param name="flush">Waits until the log is written.</param>
    public static void LogTo(ILogger? logger, Action? flush = null) => _log = logger is null ? null : new Log(logger, flush ?? (() => { }));

    private static void Report()
    {
        try
        {
            if (_log is { } log && !Callers.IsEmpty)
            {
                LogExit(log.Logger, Environment.ExitCode, string.Join(", ", Callers.Keys.Order(StringComparer.Ordinal)));
                log.Flush();
            }
        }
        catch (Exception)
        {
            // the process ends, with or without a record
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "This process was told to end, with all that runs in it (exit code {Code}). "
        + "Backends that call Environment.Exit: {Backends}.")]
    private static partial void LogExit(ILogger logger, int code, string backends);

    private sealed record Log(ILogger Logger, Action Flush);
}
