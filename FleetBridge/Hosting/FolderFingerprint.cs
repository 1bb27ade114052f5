using System.Text;

namespace FleetBridge.Hosting;

/// <summary>
/// The names, lengths and modification times of a folder's files: two that are equal, taken some time apart, mean that
/// nobody wrote in between.
/// </summary>
/// <param name="Text">One line a file; empty for a folder that is absent or empty.</param>
internal sealed record FolderFingerprint(string Text)
{
    public static readonly FolderFingerprint Absent = new("");

    public static FolderFingerprint Read(string folder)
    {
        try
        {
            var lines = new DirectoryInfo(folder)
                .EnumerateFiles("*", BackendFolder.Everything)
                .Select(file => $"{file.FullName}|{file.Length}|{file.LastWriteTimeUtc.Ticks}")
                .Order(StringComparer.Ordinal);
            var text = new StringBuilder();
            foreach (var line in lines)
            {
                text.AppendLine(line);
            }

            return new FolderFingerprint(text.ToString());
        }
        catch (IOException)
        {
            // a file vanished while we looked: somebody is writing
            return Absent;
        }
        catch (UnauthorizedAccessException)
        {
            return Absent;
        }
    }
}
