namespace FleetBridge.Keeper.Unix;

/// <summary>Signals by name (signal(7)).</summary>
internal static class Signals
{
    private static readonly bool IsMac = OperatingSystem.IsMacOS();

    private static readonly (string Name, int Number)[] Known =
    [
        ("SIGHUP", 1), ("SIGINT", 2), ("SIGQUIT", 3), ("SIGILL", 4), ("SIGTRAP", 5), ("SIGABRT", 6), ("SIGBUS", IsMac ? 10 : 7),
        ("SIGFPE", 8), ("SIGKILL", 9), ("SIGUSR1", IsMac ? 30 : 10), ("SIGSEGV", 11), ("SIGUSR2", IsMac ? 31 : 12), ("SIGPIPE", 13),
        ("SIGALRM", 14), ("SIGTERM", 15), ("SIGXCPU", 24), ("SIGXFSZ", 25), ("SIGSYS", IsMac ? 12 : 31),
    ];

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
    public static string NameOf(int number)
    {
        foreach (var (name, known) in Known)
        {
            if (known == number)
            {
                return name;
            }
        }

        return $"signal {number}";
    }

    /// <summary>Whether it asks for an end: a terminal sends these to the whole group, and so does this program.</summary>
    public static bool IsForGroup(int number) => number is 1 or 2 or 3 or 15;
}
