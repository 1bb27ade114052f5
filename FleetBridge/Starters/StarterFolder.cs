using System.Text;
using FleetBridge.Core.State;

namespace FleetBridge.Starters;

/// <summary>Creates a folder completely or not at all, and never replaces an existing one.</summary>
internal static class StarterFolder
{
    /// <summary>Creates the folder with its files.</summary>
    /// <param name="roots">The folder of all backends; it is created if it does not exist.</param>
    /// <param name="place">The new folder below it.</param>
    /// <exception cref="IOException">The folder already exists, or cannot be written; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written; nothing is left behind.</exception>
    public static void Write(string roots, string place, IEnumerable<(string Name, string Content)> files)
    {
        var target = Path.Combine(roots, place);
        if (Path.Exists(target))
        {
            throw new IOException("It already exists. Nothing was overwritten.");
        }

        var parents = Missing(Path.GetDirectoryName(target)!);

        // A running bridge looks for backends in folders of folders. The draft contains only files, so it is not taken for one.
        var draft = Path.Combine(roots, $".new-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(draft);
            foreach (var (name, content) in files)
            {
                PlacedFile.Create(Path.Combine(draft, name), Encoding.UTF8.GetBytes(content));
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

    /// <summary>The folders that must be created, the innermost first.</summary>
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

    /// <summary>Deletes a folder, unless another program has put something into it.</summary>
    private static void TryDelete(string folder, bool recursive)
    {
        try
        {
            Directory.Delete(folder, recursive);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // never created, or no longer empty
        }
    }
}
