using System.Text.RegularExpressions;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>The libraries that the server needs at its start, compared with the package's files: without one of them it ends at once.</summary>
internal static partial class LinkedLibraries
{
    private const string Origin = "$ORIGIN";

    /// <summary>Checks them.</summary>
    /// <param name="program">The server.</param>
    /// <param name="root">The package's folder.</param>
    /// <param name="files">The names of the package's files, with forward slashes.</param>
    /// <param name="install">The text of the install script.</param>
    /// <param name="warnings">Receives what is missing.</param>
    public static void Check(ServerProgram program, string root, IReadOnlyList<string> files, string install, List<string> warnings)
    {
        if (program.Header.Format == ExecutableFormat.Elf)
        {
            CheckLinux(program, root, files, install, warnings);
        }
        else if (program.Header.Format == ExecutableFormat.Pe)
        {
            CheckWindows(program, root, files, install, warnings);
        }

        CheckConfiguration(program, root, files, warnings);
    }

    private static void CheckLinux(ServerProgram program, string root, IReadOnlyList<string> files, string install, List<string> warnings)
    {
        var own = FolderOf(Path.GetRelativePath(root, program.Path).Replace('\\', '/'));
        var folders = program.Parts.SearchFolders
            .Where(folder => folder.StartsWith(Origin, StringComparison.Ordinal) || folder.StartsWith("${ORIGIN}", StringComparison.Ordinal))
            .Select(folder => Normalize(own + "/" + folder[(folder.StartsWith(Origin, StringComparison.Ordinal) ? Origin : "${ORIGIN}").Length..]))
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        foreach (var library in program.Parts.Libraries.Distinct().Where(name => !SystemLibraries.IsOfLinux(name)))
        {
            var places = files.Where(file => FileOf(file) == library).ToList();
            if (places.Exists(file => folders.Contains(FolderOf(file))) || install.Contains(library, StringComparison.Ordinal))
            {
                continue;
            }

            warnings.Add(places is [var place, ..]
                ? $"The server's executable {program.Path} needs {library}, and does not look for it where the package has it ({place})."
                : $"The server's executable {program.Path} needs {library}, which is neither in the package nor a part of Amazon Linux. Package the "
                    + "server again with all of its Engine folder, or let install.sh install it.");
        }
    }

    private static void CheckWindows(ServerProgram program, string root, IReadOnlyList<string> files, string install, List<string> warnings)
    {
        var own = FolderOf(Path.GetRelativePath(root, program.Path).Replace('\\', '/'));
        var besides = files.Where(file => FolderOf(file).Equals(own, StringComparison.OrdinalIgnoreCase))
            .Select(FileOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var missing = program.Parts.Libraries.Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => !SystemLibraries.IsOfWindows(name) && !besides.Contains(name) && !DebugRuntime().IsMatch(name)).ToList();
        var runtime = missing.Where(SystemLibraries.IsOfVisualCpp).ToList();
        if (runtime.Count > 0 && !InstallsRuntime().IsMatch(install))
        {
            warnings.Add($"The server's executable {program.Path} needs {string.Join(", ", runtime)} of the Visual C++ runtime, which GameLift's "
                + "Windows does not have. Let install.bat run UEPrereqSetup_x64.exe or VC_redist.x64.exe, or put the files beside the server.");
        }

        foreach (var library in missing.Where(name => !SystemLibraries.IsOfVisualCpp(name) && !install.Contains(name, StringComparison.OrdinalIgnoreCase)))
        {
            warnings.Add(files.FirstOrDefault(file => FileOf(file).Equals(library, StringComparison.OrdinalIgnoreCase)) is { } place
                ? $"The server's executable {program.Path} needs {library}, which Windows does not look for where the package has it ({place}). Put it "
                    + "beside the executable."
                : $"The server's executable {program.Path} needs {library}, which is neither in the package nor a part of Windows. Package the server "
                    + "again with all of its Engine folder, or let install.bat install it.");
        }
    }

    /// <summary>A server of the wrong configuration runs where it was built, and not on the fleet.</summary>
    private static void CheckConfiguration(ServerProgram program, string root, IReadOnlyList<string> files, List<string> warnings)
    {
        var own = FolderOf(Path.GetRelativePath(root, program.Path).Replace('\\', '/'));
        var besides = files.Where(file => FolderOf(file).Equals(own, StringComparison.OrdinalIgnoreCase)).Select(FileOf).ToList();
        var all = program.Parts.Libraries.Concat(besides).ToList();
        if (all.Find(name => DebugRuntime().IsMatch(name)) is { } debug)
        {
            warnings.Add($"The server's executable {program.Path} is a debug build: it comes with {debug}, a library that only Visual Studio "
                + "installs. Package it in the configuration Development or Shipping.");
        }
        else if (DebugName().IsMatch(Path.GetFileName(program.Path)))
        {
            warnings.Add($"The server's executable {program.Path} is a debug build by its name. Package it in the configuration Development or Shipping.");
        }

        if (all.Append(Path.GetFileName(program.Path)).FirstOrDefault(name => EditorName().IsMatch(name)) is { } editor)
        {
            warnings.Add($"The server's executable {program.Path} is a build of the editor ({editor}), which needs the whole engine. Package a server "
                + "target.");
        }
    }

    /// <summary>A folder without dot segments; null when it leads out of the package.</summary>
    private static string? Normalize(string folder)
    {
        var result = new List<string>();
        foreach (var segment in folder.Split('/'))
        {
            switch (segment)
            {
                case "" or ".":
                    break;
                case ".." when result.Count == 0:
                    return null;
                case "..":
                    result.RemoveAt(result.Count - 1);
                    break;
                default:
                    result.Add(segment);
                    break;
            }
        }

        return string.Join('/', result);
    }

    private static string FolderOf(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];

    private static string FileOf(string name) => name[(name.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"^(ucrtbased|(vcruntime|msvcp|msvcr|concrt|vcomp|vccorlib|mfc)[0-9]+(_[0-9a-z_]+)?d)\.dll$", RegexOptions.IgnoreCase)]
    private static partial Regex DebugRuntime();

    [GeneratedRegex(@"-(Win64|Linux|LinuxArm64|LinuxAArch64)-Debug(Game)?(\.exe)?$", RegexOptions.IgnoreCase)]
    private static partial Regex DebugName();

    [GeneratedRegex(@"^(lib)?(UnrealEditor|UE4Editor)(-|\.|$)", RegexOptions.IgnoreCase)]
    private static partial Regex EditorName();

    [GeneratedRegex("prereq|redist|vcruntime", RegexOptions.IgnoreCase)]
    private static partial Regex InstallsRuntime();
}
