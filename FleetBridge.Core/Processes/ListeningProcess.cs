using System.Globalization;

namespace FleetBridge.Core.Processes;

/// <summary>The process that listens on a port, as far as the system tells: on Linux, of this user's own.</summary>
/// <param name="Id">The process id.</param>
/// <param name="Name">The program's name.</param>
internal sealed record ListeningProcess(int Id, string Name)
{
    /// <summary>The state TCP_LISTEN in proc(5).</summary>
    private const string Listening = "0A";

    /// <summary>Finds it.</summary>
    /// <param name="port">The port, on any address.</param>
    /// <returns>The process; null when the system does not tell.</returns>
    public static ListeningProcess? Find(int port)
    {
        try
        {
            return OperatingSystem.IsLinux() ? FindHolder(SocketsOf(port)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>For a sentence.</summary>
    public override string ToString() => $"{Name} (process {Id})";

    /// <summary>The inodes of the port's sockets.</summary>
    private static HashSet<string> SocketsOf(int port)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return
        [
            .. from file in (string[])["/proc/net/tcp", "/proc/net/tcp6"]
               where File.Exists(file)
               from line in File.ReadLines(file).Skip(1)
               let cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where cells.Length > 9 && cells[1].EndsWith(suffix, StringComparison.Ordinal) && cells[3] == Listening
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
