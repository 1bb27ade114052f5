namespace FleetBridge.Fleet.Local;

/// <summary>How a game server ended, as a number: its exit code, or 128 and the number of the signal, as a shell has it.</summary>
internal static class ExitStatus
{
    private const int FirstSignal = 128;

    private static readonly Dictionary<string, int> Signals = new(StringComparer.Ordinal)
    {
        ["SIGHUP"] = 1,
        ["SIGINT"] = 2,
        ["SIGQUIT"] = 3,
        ["SIGILL"] = 4,
        ["SIGTRAP"] = 5,
        ["SIGABRT"] = 6,
        ["SIGFPE"] = 8,
        ["SIGKILL"] = 9,
        ["SIGSEGV"] = 11,
        ["SIGPIPE"] = 13,
        ["SIGALRM"] = 14,
        ["SIGTERM"] = 15,
    };

    /// <summary>The number; null when it is not known.</summary>
    public static int? Of(int? exitCode, string? signal) =>
        exitCode ?? (signal is not null && Signals.TryGetValue(signal, out var number) ? FirstSignal + number : null);
}
