using System.Text;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

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
        var package = Path.Combine(folder, Path.GetFileNameWithoutExtension(EditorModule.First.FileName));
        if (File.Exists(Path.Combine(package, "__init__.py")))
        {
            throw new IOException($"{package} is a Python package that the editor would import instead. Rename it first.");
        }

        Directory.CreateDirectory(folder);
        var (isNew, kept) = (false, default(string));
        foreach (var module in EditorModule.Files)
        {
            var file = Path.Combine(folder, module.FileName);
            var existing = Read(file);
            kept = (existing is null || EditorModule.IsOurs(existing) ? null : Keep(file)) ?? kept;
            if (existing is null || !existing.AsSpan().SequenceEqual(module.Content))
            {
                PlacedFile.Replace(file, module.Content);
                isNew = true;
            }
        }

        PlacedFile.Replace(Path.Combine(folder, EditorModule.NoteName), Encoding.UTF8.GetBytes(program + "\n"));
        foreach (var module in EditorModule.Files)
        {
            var file = Path.Combine(folder, module.FileName);
            if (!UserFile.ReadAllBytes(file, UserFile.MostText).AsSpan().SequenceEqual(module.Content))
            {
                throw new IOException($"{file} changed after it was written. Does another program change it?");
            }
        }

        return new ModuleInstallation(isNew, kept);
    }

    /// <summary>What is there already; null for nothing, also for a link to nothing.</summary>
    private static byte[]? Read(string file) =>
        UserFile.Check(file, UserFile.MostText) ? UserFile.ReadAllBytes(file, UserFile.MostText) : null;

    /// <summary>Renames another program's file; files that were kept before stay.</summary>
    private static string Keep(string file)
    {
        for (var number = 1; ; number++)
        {
            var kept = number == 1 ? $"{file}.bak" : $"{file}.bak{number}";
            if (FileStatus.Of(kept, followLinks: false) is null)
            {
                PlacedFile.Move(file, kept);
                return kept;
            }
        }
    }
}
