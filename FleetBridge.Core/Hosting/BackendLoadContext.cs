using System.Reflection;
using System.Runtime.Loader;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Where one build of one backend lives: its own assemblies privately, the contract and the framework shared. A
/// collectible one can be unloaded; another one stays in memory, and uses the native code in its assemblies.
/// </summary>
/// <remarks>It must not have a field that holds an <see cref="Assembly"/>: then it would never unload.</remarks>
internal sealed class BackendLoadContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;
    private readonly string _folder;

    public BackendLoadContext(string name, string entryAssembly, bool isCollectible)
        : base(name, isCollectible)
    {
        _resolver = new AssemblyDependencyResolver(entryAssembly);
        _folder = Path.GetDirectoryName(entryAssembly)!;
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (ContractAssembly.IsNamed(assemblyName.Name))
        {
            return null;
        }

        // A folder without a .deps.json resolves by file name alone.
        var path = _resolver.ResolveAssemblyToPath(assemblyName)
            ?? ExistingOrNull(Path.Combine(_folder, assemblyName.Name + ".dll"));
        return path is null || ContractBinding.TakesPlaceOf(assemblyName.Name, path) ? null : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;

    private static string? ExistingOrNull(string path) => File.Exists(path) ? path : null;
}
