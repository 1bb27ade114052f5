using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Logs;

namespace FleetBridge.Core.Hosting;

/// <summary>What surrounds each call of a backend's own work, be it an operation or a check of the doctor's.</summary>
internal static class BackendCode
{
    /// <summary>From here on what it writes to the console is logged, and a script's loops end with the context's token.</summary>
    /// <param name="context">What the work is given.</param>
    /// <param name="isScript">Whether a script does it.</param>
    /// <returns>Ends what is logged.</returns>
    public static IDisposable Enter(BackendContext context, bool isScript)
    {
        if (isScript)
        {
            ScriptGuard.Begin(context.Cancellation);
        }

        return BackendConsole.LogTo(context.Logger);
    }
}
