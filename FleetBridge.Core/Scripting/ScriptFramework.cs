using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// The assemblies that scripts use without <c>#r</c>: the .NET framework, the contract, and what the contract is made of. The
/// bridge and its packages are not among them, so that a script does not depend on what the bridge happens to be built with.
/// </summary>
internal static class ScriptFramework
{
    /// <summary>A list that the build writes. At run time the folder of an assembly does not show whether it is the framework's:
    /// a self-contained program has all of them in one folder.</summary>
    private const string FrameworkList = "framework-assemblies.txt";

    /// <summary>The framework's implementation, to which its public assemblies forward.</summary>
    private const string Implementation = "System.Private.";

    /// <summary>Finds them among the assemblies of this process.</summary>
    /// <returns>Their paths.</returns>
    public static IEnumerable<string> FindAssemblies()
    {
        var names = ReadNames();
        return ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name
                && (names.Contains(name) || name.StartsWith(Implementation, StringComparison.Ordinal)));
    }

    private static HashSet<string> ReadNames()
    {
        using var list = new StreamReader(typeof(ScriptFramework).Assembly.GetManifestResourceStream(FrameworkList)!);
        return
        [
            .. list.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ContractAssembly.Name,
            .. ContractAssembly.References,
        ];
    }
}
