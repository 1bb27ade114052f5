namespace FleetBridge.Keeper.Unix;

/// <summary>Signals by name (signal(7)).</summary>
internal static class Signals
{
    private static readonly (string Name, int Number)[] Known = Of(OperatingSystem.IsMacOS());
    private static readonly (string Name, int Number)[] KnownOnLinux = Of(isMac: false);

    /// <summary>Its number; null when there is none of that name.</summary>
    public static int? Find(string name)
    {
        foreach (var (known, number) in Known)
        {
            if (known == name)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Its name.</summary>
    public static string NameOf(int number) => NameIn(Known, number) ?? $"signal {number}";

    /// <summary>The name that a number has on Linux, where containers run, whatever this system is; null for none.</summary>
    public static string? NameOnLinux(int number) => NameIn(KnownOnLinux, number);

    /// <summary>Whether it asks for an end: a terminal sends these to the whole group, and so does this program.</summary>
    public static bool IsForGroup(int number) => number is 1 or 2 or 3 or 15;

    private static (string Name, int Number)[] Of(bool isMac) =>
    [
        ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGILL", 4), ("SIGTRAP", 5), ("SIGABRT", 6), ("SIGBUS", isMac ? 10 : 7),
        ("SIGFPE", 8), ("SIGKILL", 9), ("SIGUSR1", isMac ? 30 : 10), ("SIGSEGV", 11), ("SIGUSR2", isMac ? 31 : 12), ("SIGPIPE", 13),
        ("SIGALRM", 14), ("SIGTERM", 15), ("SIGXCPU", 24), ("SIGXFSZ", 25), ("SIGSYS", isMac ? 12 : 31),
    ];

    private static string? NameIn((string Name, int Number)[] signals, int number)
    {
        foreach (var (name, known) in signals)
        {
            if (known == number)
            {
                return name;
            }
        }

        return null;
    }
}
