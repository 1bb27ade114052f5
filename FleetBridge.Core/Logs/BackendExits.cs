using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A backend that calls <c>Environment.Exit</c> ends the bridge, and with it the operations of others. The log says which one it was,
/// before the process is gone.
/// </summary>
internal static partial class BackendExits
{
    private static volatile Log? _log;

    /// <summary>From now on they are logged, for the rest of the process.</summary>
    public static void LogBeforeExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Report();

    /// <summary>Where they are logged from now on.</summary>
    /// <param name="logger">The log; null for standard error.</param>
    /// <param name="flush">Waits until the log is written.</param>
    public static void LogTo(ILogger? logger, Action flush) => _log = logger is null ? null : new Log(logger, flush);

    private static void Report()
    {
        try
        {
            // the event comes on the thread that ends the process
            if (BackendFrames.Find(new StackTrace(fNeedFileInfo: false)) is not { } method)
            {
                return;
            }

            var (backend, place) = (BackendFrames.NameOf(method), $"{method.DeclaringType?.FullName}.{method.Name}");
            if (_log is { } log)
            {
                LogExit(log.Logger, backend, Environment.ExitCode, place);
                log.Flush();
            }
            else
            {
                BackendConsole.StandardError.WriteLine($"{backend} ends this process with Environment.Exit({Environment.ExitCode}), in {place}.");
            }
        }
        catch (Exception)
        {
            // the process ends, with or without a record
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Backend} ends this process, with all that runs in it, by "
        + "Environment.Exit({Code}) in {Place}. A backend throws a BackendException instead.")]
    private static partial void LogExit(ILogger logger, string backend, int code, string place);

    private sealed record Log(ILogger Logger, Action Flush);
}
