using System.Runtime.Versioning;

namespace FleetBridge.Keeper.Unix;

/// <summary>What makes this process independent of the worker that has started it.</summary>
[UnsupportedOSPlatform("windows")]
internal static class Detachment
{
    private const int Ignore = 1; // SIG_IGN
    private const int ReadWrite = 2; // O_RDWR

    /// <summary>Leaves the worker's session: neither its terminal nor a signal to its group reaches this process or the server. A
    /// keeper ends with its server, and not before.</summary>
    public static void LeaveSession()
    {
        _ = Libc.setsid();
        foreach (var name in (string[])["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGPIPE"])
        {
            _ = Libc.signal(Signals.Find(name)!.Value, Ignore);
        }
    }

    /// <summary>Lets go of the worker's pipes.</summary>
    public static void CloseStandardStreams()
    {
        var nowhere = Libc.open("/dev/null", ReadWrite, 0);
        for (var descriptor = 0; descriptor <= 2; descriptor++)
        {
            _ = Libc.dup2(nowhere, descriptor);
        }

        _ = Libc.close(nowhere);
    }
}
