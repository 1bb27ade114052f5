using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Logs;

/// <summary>
/// What a backend or a script throws where nobody can catch it, in a thread of its own, a timer, an <c>async void</c> method
/// or a finalizer, is logged and does not end the bridge. The bridge's own bugs do.
/// </summary>
internal static partial class UnhandledExceptions
{
    private static volatile ILogger? _log;

    /// <summary>From now on they are logged, for the rest of the process.</summary>
    public static void LogInsteadOfCrash() => ExceptionHandling.SetUnhandledExceptionHandler(TryLog);

    /// <summary>Where they are logged from now on.</summary>
    /// <param name="log">The log; null for standard error.</param>
    public static void LogTo(ILogger? log) => _log = log;

    private static bool TryLog(Exception exception)
    {
        try
        {
            if (!IsOfBackend(exception))
            {
                return false;
            }

            if (_log is { } log)
            {
                LogStray(log, ExceptionText.Of(exception));
            }
            else
            {
                BackendConsole.StandardError.WriteLine(ExceptionText.Of(exception));
            }

            return true;
        }
        catch (Exception)
        {
            // what cannot be logged ends the process, as it would without this handler
            return false;
        }
    }

    private static bool IsOfBackend(Exception exception) =>
        new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()?.Module.Assembly).Any(IsOfBackend);

    private static bool IsOfBackend(Assembly? assembly) =>
        assembly is not null && AssemblyLoadContext.GetLoadContext(assembly) is { } context && context != AssemblyLoadContext.Default;

    [LoggerMessage(Level = LogLevel.Error, Message = "A backend or a script threw an exception that nothing could catch (in its "
        + "own thread, an async void method, a timer or a finalizer): {Trace}")]
    private static partial void LogStray(ILogger logger, string trace);
}
