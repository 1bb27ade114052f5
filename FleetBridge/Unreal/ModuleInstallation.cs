using System.Text;

namespace FleetBridge.Unreal;

/// <summary>The editor's module in a folder, with a note of where the program is. Installing it again changes nothing.</summary>
/// <param name="IsNew">Whether the module was written; false when the same version was already installed.</param>
/// <param name="Kept">The new path of another program's file of that name; null when there was none.</param>
internal sealed record ModuleInstallation(bool IsNew, string? Kept)
{
    /// <summary>Copies the module into a folder, and creates the folder if it does not exist.</summary>
    /// <param name="program">The program that the module will start.</param>
    /// <exception cref="IOException">The folder cannot be written, or has a package of the module's name.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static ModuleInstallation Create(string folder, string program)
    {
        var package = Path.Combine(folder, Path.GetFileNameWithoutExtension(EditorModule.FileName));
        if (File.Exists(Path.Combine(package, "__init__.py")))
        {
            throw new IOException($"{package} is a Python package that the editor would import instead. Rename it first.");
        }

        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, EditorModule.FileName);
        var existing = File.Exists(file) ? File.ReadAllBytes(file) : null;
        var kept = existing is null || EditorModule.IsOurs(existing) ? null : Keep(file);
        var isNew = existing is null || !existing.AsSpan().SequenceEqual(EditorModule.Content);
        if (isNew)
        {
            Replace(file, EditorModule.Content);
        }

        Replace(Path.Combine(folder, EditorModule.NoteName), Encoding.UTF8.GetBytes(program + "\n"));
        if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(EditorModule.Content))
        {
            throw new IOException($"{file} changed after it was written. Does another program change it?");
        }

        return new ModuleInstallation(isNew, kept);
    }

    /// <summary>Renames another program's file; files that were kept before stay.</summary>
    private static string Keep(string file)
    {
        for (var number = 1; ; number++)
        {
            var kept = number == 1 ? $"{file}.bak" : $"{file}.bak{number}";
            if (!File.Exists(kept))
            {
                File.Move(file, kept);
                return kept;
            }
        }
    }

    /// <summary>Replaces a file in one step: an editor that starts meanwhile imports the old one or the new one.</summary>
    private static void Replace(string file, byte[] content)
    {
        var next = file + ".new";
        try
        {
            File.WriteAllBytes(next, content);
            File.Move(next, file, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }
}
