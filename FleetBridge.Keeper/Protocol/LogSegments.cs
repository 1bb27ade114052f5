using System.Globalization;

namespace FleetBridge.Keeper.Protocol;

/// <summary>A file of a log. Its name is the place of its first byte in everything that the server has ever printed.</summary>
/// <param name="Start">The place of the first byte.</param>
/// <param name="Path">The file.</param>
internal readonly record struct LogSegment(long Start, string Path)
{
    private const string Suffix = ".log";

    /// <summary>Bytes of an entry in <see cref="Times"/>: milliseconds since 1970, and the place of what was printed then; little-endian.</summary>
    public const int TimeEntry = 16;

    /// <summary>When what was printed.</summary>
    public string Times => System.IO.Path.ChangeExtension(Path, ".times");

    /// <summary>The file that begins at a place.</summary>
    public static LogSegment At(string folder, long start) =>
        new(start, System.IO.Path.Combine(folder, start.ToString("D19", CultureInfo.InvariantCulture) + Suffix));

    /// <summary>The files of a log, oldest first.</summary>
    public static List<LogSegment> Find(string folder)
    {
        var found = new List<LogSegment>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*" + Suffix) : [])
        {
            if (long.TryParse(System.IO.Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var start))
            {
                found.Add(new(start, file));
            }
        }

        found.Sort((left, right) => left.Start.CompareTo(right.Start));
        return found;
    }
}
