using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>The process that holds a port, as far as the system tells: on Linux, of this user's own.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Name">The program's name.</param>
internal sealed record ListeningProcess(int Id, string Name)
{
    /// <summary>The state TCP_LISTEN in proc(5).</summary>
    private const string Listening = "0A";

    /// <summary>Finds the process that listens on a TCP port.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? Find(int port) =>
        FindHolder(port, ["/proc/net/tcp", "/proc/net/tcp6"], state => state == Listening);

    /// <summary>Finds the process that has bound a UDP port, which has no state of listening.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? FindUdp(int port) => FindHolder(port, ["/proc/net/udp", "/proc/net/udp6"], _ => true);

    /// <summary>For a sentence.</summary>
    public override string ToString() => $"{Name} (process {Id})";

    private static ListeningProcess? FindHolder(int port, string[] tables, Func<string, bool> state)
    {
        try
        {
            return OperatingSystem.IsLinux() && SocketsOf(port, tables, state) is { Count: > 0 } sockets ? FindHolder(sockets) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The inodes of the port's sockets.</summary>
    private static HashSet<string> SocketsOf(int port, string[] tables, Func<string, bool> state)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return
        [
            .. from file in tables
               where File.Exists(file)
               from line in File.ReadLines(file).Skip(1)
               let cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where cells.Length > 9 && cells[1].EndsWith(suffix, StringComparison.Ordinal) && state(cells[3])
               select $"socket:[{cells[9]}]",
        ];
    }

    private static ListeningProcess? FindHolder(HashSet<string> sockets)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Holds(folder, sockets))
            {
                return new ListeningProcess(id, File.ReadAllText(Path.Combine(folder, "comm")).Trim());
            }
        }

        return null;
    }

    private static bool Holds(string folder, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(folder, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // of another user, or it has ended
            return false;
        }
    }
}
