using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>The process that listens on a port, as far as the system tells: on Linux, for the user's own processes.</summary>
/// <param name="Id">Its process id.</param>
/// <param name="Name">The program's name.</param>
internal sealed record ListeningProcess(int Id, string Name)
{
    /// <summary>Finds the process that listens on a TCP port.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? Find(int port) => FindHolder(() => SocketTable.Find(SocketTable.Listening, port));

    /// <summary>Finds the process that has bound a UDP port.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? FindUdp(int port) => FindHolder(() => SocketTable.FindUdp(port));

    /// <summary>For a sentence.</summary>
    public override string ToString() => $"{Name} (process {Id})";

    private static ListeningProcess? FindHolder(Func<HashSet<string>> find)
    {
        try
        {
            return OperatingSystem.IsLinux() && find() is { Count: > 0 } sockets ? FindHolder(sockets) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ListeningProcess? FindHolder(HashSet<string> sockets)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && SocketTable.IsHeldBy(id, sockets))
            {
                return new ListeningProcess(id, File.ReadAllText(Path.Combine(folder, "comm")).Trim());
            }
        }

        return null;
    }
}
