using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Backends.Aws.Lambda;

/// <summary>Where the repository's Python is: the two handlers, and their tests.</summary>
internal static class PythonFiles
{
    public static string Handlers { get; } = Path.Combine(Repository.Root, "Backends.Aws", "Lambda");

    public static string Tests { get; } = Path.Combine(Repository.Root, "FleetBridge.Tests", "Backends.Aws", "Lambda");

    public static IEnumerable<string> In(string folder) => Directory.EnumerateFiles(folder, "*.py").Order(StringComparer.Ordinal);
}
