using FleetBridge.Keeper.Unix;

namespace FleetBridge.Fleet.Local;

/// <summary>How a game server ended, as a number: its exit code, or 128 and the number of the signal, as a shell has it.</summary>
internal static class ExitStatus
{
    private const int FirstSignal = 128;

    /// <summary>The number; null when it is not known.</summary>
    public static int? Of(int? exitCode, string? signal) =>
        exitCode ?? (signal is null ? null : FirstSignal + Signals.Find(signal));
}
