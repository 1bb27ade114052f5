using System.Reflection;
using System.Runtime.Loader;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Where a deployment script lives while it runs: collectible, since <c>--watch</c> runs ever new ones, and loaded from
/// memory, so that nothing is held open.
/// </summary>
/// <param name="image">The script.</param>
internal sealed class ScriptContext(ScriptImage image) : AssemblyLoadContext("script", isCollectible: true)
{
    /// <summary>Begins the script's code.</summary>
    /// <param name="globals">What it may use as its own.</param>
    /// <returns>What it returns.</returns>
    public Task<object?> BeginAsync(object globals)
    {
        using var assembly = new MemoryStream(image.Assembly);
        return image.Entry.BeginAsync(LoadFromStream(assembly), globals);
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        foreach (var reference in image.References)
        {
            var path = Path.Combine(Path.GetDirectoryName(reference)!, assemblyName.Name + ".dll");
            if (!ContractAssembly.IsNamed(assemblyName.Name) && File.Exists(path))
            {
                using var file = new MemoryStream(UserFile.ReadAllBytes(path, ScriptReferences.MostBytes));
                return LoadFromStream(file);
            }
        }

        return null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        NativeLibraries.Find(unmanagedDllName, image.Natives) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
