using System.Text;

namespace FleetBridge.Starters;

/// <summary>A folder that comes into being whole or not at all, and never in the place of another one.</summary>
internal static class StarterFolder
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes it.</summary>
    /// <param name="roots">The folder of the backends; it is made when it is not there.</param>
    /// <param name="place">Where below it: a folder of which nothing may be there yet.</param>
    /// <param name="files">Names and contents.</param>
    /// <exception cref="IOException">It is there already, or cannot be written; then nothing is left of it.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written; then nothing is left of it.</exception>
    public static void Write(string roots, string place, IEnumerable<(string Name, string Content)> files)
    {
        var target = Path.Combine(roots, place);
        if (Path.Exists(target))
        {
            throw new IOException("It is there already, and nothing is overwritten.");
        }

        var parents = Missing(Path.GetDirectoryName(target)!);

        // A running bridge takes folders in folders for backends: this one has files only, until it is where it belongs.
        var draft = Path.Combine(roots, $".new-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(draft);
            foreach (var (name, content) in files)
            {
                File.WriteAllText(Path.Combine(draft, name), content, Utf8);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(draft, target);
        }
        catch
        {
            TryDelete(draft, recursive: true);
            parents.ForEach(parent => TryDelete(parent, recursive: false));
            throw;
        }
    }

    /// <summary>The folders that have to be made first, the innermost first.</summary>
    private static List<string> Missing(string folder)
    {
        var missing = new List<string>();
        var parent = folder;
        for (; parent is not null && !Path.Exists(parent); parent = Path.GetDirectoryName(parent))
        {
            missing.Add(parent);
        }

        return File.Exists(parent) ? throw new IOException($"{parent} is a file.") : missing;
    }

    /// <summary>What somebody else has put something into meanwhile stays.</summary>
    private static void TryDelete(string folder, bool recursive)
    {
        try
        {
            Directory.Delete(folder, recursive);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // never made, or no longer empty
        }
    }
}
