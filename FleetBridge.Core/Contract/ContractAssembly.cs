using FleetBridge.Backends;

namespace FleetBridge.Core.Contract;

/// <summary>The assembly of the backend contract. There is one in a process, the bridge's own, and every backend and script shares it.</summary>
internal static class ContractAssembly
{
    /// <summary>What the contract was called before its namespace and package were FleetBridge.Backends.</summary>
    public const string FormerName = "Backends";

    public static string Name { get; } = typeof(Backend).Assembly.GetName().Name!;

    public static string File { get; } = $"{Name}.dll";

    public static Version Version { get; } = typeof(Backend).Assembly.GetName().Version!;

    /// <summary>The names of the assemblies that the contract itself is made with.</summary>
    public static IEnumerable<string> References => typeof(Backend).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

    public static string Location => typeof(Backend).Assembly.Location;

    /// <summary>Whether an assembly is the contract, of today or of before: a copy of it is never loaded.</summary>
    /// <param name="name">The assembly's simple name.</param>
    public static bool IsNamed(string? name) =>
        string.Equals(name, Name, StringComparison.OrdinalIgnoreCase) || string.Equals(name, FormerName, StringComparison.OrdinalIgnoreCase);

    /// <summary>What to do with code that was written for the contract of before.</summary>
    public static string FormerRemedy { get; } =
        $"The contract is now {Name}: write 'using {Name};' instead of 'using {FormerName};', and build against the {File} beside this program.";
}
