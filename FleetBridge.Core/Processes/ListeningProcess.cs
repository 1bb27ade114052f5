using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>The process that listens on a port, as far as the system tells: on Linux, of this user's own.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Name">The program's name.</param>
internal sealed record ListeningProcess(int Id, string Name)
{
    /// <summary>Finds it.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? Find(int port)
    {
        try
        {
            return OperatingSystem.IsLinux() ? FindHolder(SocketTable.Find(SocketTable.Listening, port)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>For a sentence.</summary>
    public override string ToString() => $"{Name} (process {Id})";

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
