using System.Runtime.InteropServices;

namespace FleetBridge.Core.Scripting;

/// <summary>A library of native code in a package.</summary>
/// <param name="Package">The package with its version, such as <c>SQLitePCLRaw.lib.e_sqlite3/3.0.5</c>.</param>
/// <param name="Runtime">The system that it is for, by its runtime identifier, such as <c>linux-x64</c>.</param>
/// <param name="Path">The file.</param>
internal sealed record NativeLibraryFile(string Package, string Runtime, string Path);

/// <summary>Native libraries of packages: which suit this system, and which one a name means.</summary>
internal static class NativeLibraries
{
    /// <summary>The runtime identifiers that suit this system, the most exact one first (the RID graph of .NET's documentation).</summary>
    public static IReadOnlyList<string> Runtimes { get; } = RuntimesOf(RuntimeInformation.RuntimeIdentifier);

    private static string Suffix => OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";

    /// <summary>The identifiers that a system's own one falls back to.</summary>
    public static IReadOnlyList<string> RuntimesOf(string identifier)
    {
        var dash = identifier.LastIndexOf('-');
        var (system, processor) = dash < 0 ? (identifier, "") : (identifier[..dash], identifier[dash..]);
        string[] systems = system switch
        {
            "linux-musl" or "linux-bionic" => [system, "linux", "unix"],
            _ when system.StartsWith("win", StringComparison.Ordinal) => [system, "win"],
            _ when system.StartsWith("osx", StringComparison.Ordinal) => [system, "osx", "unix"],
            "linux" => [system, "unix"],

            // a distribution's own build of .NET, such as debian.12
            _ => [system, "linux", "unix"],
        };
        return [.. systems.Distinct().SelectMany(name => new[] { name + processor, name }).Distinct(), "any"];
    }

    /// <summary>Of each library that suits this system, the file that suits best.</summary>
    public static IEnumerable<NativeLibraryFile> Suitable(IEnumerable<NativeLibraryFile> all) => all
        .Where(file => Runtimes.Contains(file.Runtime))
        .OrderBy(file => Runtimes.ToList().IndexOf(file.Runtime))
        .DistinctBy(file => (file.Package, System.IO.Path.GetFileName(file.Path)));

    /// <summary>Packages that have native libraries, but none for this system: one sentence each.</summary>
    public static IEnumerable<string> Missing(IReadOnlyCollection<NativeLibraryFile> all) => all
        .GroupBy(file => file.Package)
        .Where(files => !Suitable(files).Any())
        .Select(files => Explain(files.Key, files));

    /// <summary>Finds the library that code means by a name.</summary>
    /// <param name="name">What <c>DllImport</c> names: with or without <c>lib</c> and suffix.</param>
    /// <param name="all">The libraries.</param>
    /// <returns>The file; null when none has the name.</returns>
    /// <exception cref="DllNotFoundException">Those of that name are for other systems.</exception>
    public static string? Find(string name, IReadOnlyCollection<NativeLibraryFile> all)
    {
        if (Suitable(all).FirstOrDefault(file => Names(name, Suffix).Contains(System.IO.Path.GetFileName(file.Path))) is { } suitable)
        {
            return suitable.Path;
        }

        var others = all.Where(file => Stem(file.Path) == Stem(name)).ToList();
        return others.Count == 0 ? null : throw new DllNotFoundException(Explain(others[0].Package, others));
    }

    private static string Explain(string package, IEnumerable<NativeLibraryFile> files) =>
        $"The package {package.Replace('/', ' ')} has its native library for "
        + $"{string.Join(", ", files.Select(file => file.Runtime).Distinct().Order())}, and not for {RuntimeInformation.RuntimeIdentifier}. "
        + "Use another version of it, or a package with the library for this system.";

    private static IEnumerable<string> Names(string name, string suffix) => [name, name + suffix, $"lib{name}{suffix}", $"lib{name}"];

    private static string Stem(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        foreach (var suffix in (string[])[".dll", ".dylib", ".so"])
        {
            name = name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? name[..^suffix.Length] : name;
        }

        return name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }
}
