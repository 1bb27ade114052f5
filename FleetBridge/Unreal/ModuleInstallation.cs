using System.Text;

namespace FleetBridge.Unreal;

/// <summary>The editor's module in a folder, with a note of where the program is. Installing it again changes nothing.</summary>
/// <param name="IsNew">Whether the module was written; false when this very one was there.</param>
/// <param name="Kept">Where a file of that name went that was not ours; null when there was none.</param>
internal sealed record ModuleInstallation(bool IsNew, string? Kept)
{
    /// <summary>Copies the module.</summary>
    /// <param name="folder">Where to; it is made when it is not there.</param>
    /// <param name="program">What the module shall start.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="IOException">The folder cannot be written, or has a package of the module's name.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public static ModuleInstallation Make(string folder, string program)
    {
        var package = Path.Combine(folder, Path.GetFileNameWithoutExtension(EditorModule.FileName));
        if (File.Exists(Path.Combine(package, "__init__.py")))
        {
            throw new IOException($"{package} is a Python package, which the editor would import instead: rename it first.");
        }

        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, EditorModule.FileName);
        var there = File.Exists(file) ? File.ReadAllBytes(file) : null;
        var kept = there is null || EditorModule.IsOurs(there) ? null : Keep(file);
        var isNew = there is null || !there.AsSpan().SequenceEqual(EditorModule.Content);
        if (isNew)
        {
            Replace(file, EditorModule.Content);
        }

        Replace(Path.Combine(folder, EditorModule.NoteName), Encoding.UTF8.GetBytes(program + "\n"));
        if (!File.ReadAllBytes(file).AsSpan().SequenceEqual(EditorModule.Content))
        {
            throw new IOException($"{file} is not what was written: does another program change it?");
        }

        return new ModuleInstallation(isNew, kept);
    }

    /// <summary>Takes away what somebody else has put there; what was kept before stays too.</summary>
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

    /// <summary>At once: an editor that starts meanwhile imports the old one or the new one.</summary>
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
