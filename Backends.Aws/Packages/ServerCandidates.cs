using System.Text.RegularExpressions;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>
/// The servers in a package as Unreal lays it out: the game's folder has them in Binaries, and the package's own folder has a small
/// program or script that starts one of them.
/// </summary>
internal static partial class ServerCandidates
{
    // a package has a handful of each
    private const int MostFolders = 200;
    private const int MostFiles = 500;

    private const string Engine = "Engine";
    private static readonly string[] Scripts = [".sh", ".bash", ".bat", ".cmd", ".ps1", ".py", ".command", ".vbs"];

    /// <summary>Whether the file starts another program, by its content, or by its name where that says nothing.</summary>
    public static bool IsScript(ServerProgram program) => program.Header.Format switch
    {
        ExecutableFormat.Script => true,
        ExecutableFormat.Unknown => Scripts.Contains(Path.GetExtension(program.Path), StringComparer.OrdinalIgnoreCase),
        _ => false,
    };

    /// <summary>The server that Unreal's starter program starts; null when the launch path is none.</summary>
    /// <param name="root">The package's folder.</param>
    /// <param name="launch">The launch path: a starter is in the package's own folder. On Linux it is a script.</param>
    public static string? StartedBy(string root, LaunchPath launch)
    {
        var stem = Stem(launch.InGame);
        return launch.IsLinux || launch.InGame.Contains('/', StringComparison.Ordinal)
            ? null
            : Find(root, launch).FirstOrDefault(candidate => string.Equals(Configuration().Replace(Stem(candidate), ""), stem, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Finds the servers.</summary>
    /// <param name="root">The package's folder.</param>
    /// <param name="launch">The launch path; those of a name like its own come first.</param>
    /// <returns>Their names in the package.</returns>
    public static IReadOnlyList<string> Find(string root, LaunchPath launch)
    {
        var format = launch.IsLinux ? ExecutableFormat.Elf : ExecutableFormat.Pe;
        var stem = Stem(launch.InGame);
        return
        [
            .. Folders(root)
                .Where(game => !game.Equals(Engine, StringComparison.OrdinalIgnoreCase))
                .SelectMany(game => Folders(Path.Combine(root, game, "Binaries")).Select(platform => $"{game}/Binaries/{platform}"))
                .SelectMany(folder => Files(Path.Combine(root, folder)).Select(file => $"{folder}/{file}"))
                .Where(file => MayBeServer(Path.Combine(root, file), launch.IsLinux) && FormatOf(Path.Combine(root, file)) == format)
                .OrderByDescending(file => Stem(file).StartsWith(stem, StringComparison.OrdinalIgnoreCase))
                .ThenByDescending(file => file.Contains("Server", StringComparison.OrdinalIgnoreCase))
                .ThenBy(file => file, StringComparer.Ordinal),
        ];
    }

    /// <summary>A sentence that names the file which may be meant; empty when there is none.</summary>
    public static string Suggest(LaunchPath launch, IReadOnlyList<string> candidates) =>
        candidates.FirstOrDefault(candidate => candidate != launch.InGame) is { } candidate ? $" Do you mean {launch.Game}{candidate}?" : "";

    private static string Stem(string name)
    {
        var file = name[(name.LastIndexOf('/') + 1)..];
        var extension = Path.GetExtension(file);
        return Scripts.Append(".exe").Contains(extension, StringComparer.OrdinalIgnoreCase) ? file[..^extension.Length] : file;
    }

    private static bool MayBeServer(string path, bool isLinux) =>
        isLinux ? Path.GetExtension(path) is "" or ".exe" or ".x86_64" : path.EndsWith(".exe", StringComparison.OrdinalIgnoreCase);

    private static ExecutableFormat FormatOf(string path)
    {
        try
        {
            using var file = new ForeignFile(path);
            return ExecutableHeader.Of(file.ReadUpTo(0, 8)).Format;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ExecutableFormat.Unknown;
        }
    }

    private static List<string> Folders(string folder) => Names(folder, MostFolders, Directory.EnumerateDirectories);

    private static List<string> Files(string folder) => Names(folder, MostFiles, Directory.EnumerateFiles);

    private static List<string> Names(string folder, int most, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder).Take(most).Select(path => Path.GetFileName(path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [];
        }
    }

    /// <summary>What the engine appends to a program's name: GameServer-Win64-Shipping.</summary>
    [GeneratedRegex("-(Win64|Linux|LinuxArm64|LinuxAArch64)-[A-Za-z]+$", RegexOptions.IgnoreCase)]
    private static partial Regex Configuration();
}
