using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Backends.Aws.Functions;

/// <summary>Where the repository's Python is: the two handlers, their tests, the editor's module.</summary>
internal static class PythonFiles
{
    public static string Handlers { get; } = Path.Combine(Repository.Root, "Backends.Aws", "Functions", "Handlers");

    public static string Tests { get; } = Path.Combine(Repository.Root, "FleetBridge.Tests", "Functional", "Backends.Aws", "Functions");

    /// <summary>All of it, whatever is added.</summary>
    public static IEnumerable<string> All { get; } =
    [
        .. In(Repository.Root).Concat(Directory.EnumerateDirectories(Repository.Root)
            .Where(folder => !Path.GetFileName(folder).StartsWith('.'))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.py", SearchOption.AllDirectories)))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*.py").Order(StringComparer.Ordinal);
}
