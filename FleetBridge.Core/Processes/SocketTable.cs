using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>Linux's tables of sockets (<c>/proc/net/tcp</c> and <c>udp</c>, proc(5)), and which process has which of them.</summary>
internal static class SocketTable
{
    /// <summary>The state TCP_LISTEN.</summary>
    public const string Listening = "0A";

    /// <summary>The state TCP_ESTABLISHED.</summary>
    public const string Established = "01";

    /// <summary>Finds TCP sockets.</summary>
    /// <param name="state">Their state.</param>
    /// <param name="localPort">Their own port, on any address.</param>
    /// <param name="remotePort">The port at the other end; null for any.</param>
    /// <returns>What the links in <c>/proc/&lt;pid&gt;/fd</c> name them.</returns>
    public static HashSet<string> Find(string state, int localPort, int? remotePort = null)
    {
        var remote = remotePort is { } port ? Suffix(port) : "";
        return Read(
            ["/proc/net/tcp", "/proc/net/tcp6"],
            localPort,
            cells => cells[3] == state && cells[2].EndsWith(remote, StringComparison.Ordinal));
    }

    /// <summary>Finds UDP sockets, which have no state of listening.</summary>
    /// <param name="localPort">Their own port, on any address.</param>
    /// <returns>As <see cref="Find"/> names them.</returns>
    public static HashSet<string> FindUdp(int localPort) => Read(["/proc/net/udp", "/proc/net/udp6"], localPort, _ => true);

    /// <summary>Whether a process has one of the sockets; false for a process of another user, and for one that has ended.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="sockets">The sockets, as <see cref="Find"/> names them.</param>
    public static bool IsHeldBy(int processId, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static HashSet<string> Read(string[] tables, int localPort, Func<string[], bool> matches)
    {
        var local = Suffix(localPort);
        return
        [
            .. from file in tables
               where File.Exists(file)
               from line in File.ReadLines(file).Skip(1)
               let cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where cells.Length > 9 && cells[1].EndsWith(local, StringComparison.Ordinal) && matches(cells)
               select $"socket:[{cells[9]}]",
        ];
    }

    private static string Suffix(int port) => string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
}
