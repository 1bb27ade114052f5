using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using FleetBridge.Core.Contract;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Scripting;

/// <summary>
/// Makes of a backend's script what a build makes of its project: an assembly in the folder from which it is loaded, with
/// the assemblies that it names.
/// </summary>
internal static class ScriptBuild
{
    /// <summary>The assembly's name in that folder.</summary>
    public const string AssemblyFile = "backend.dll";

    /// <summary>Writes a compiled script into a folder.</summary>
    /// <param name="image">The script.</param>
    /// <param name="folder">The folder; what it holds already stays.</param>
    public static void Write(ScriptImage image, string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, AssemblyFile), image.Assembly);
        foreach (var reference in image.References)
        {
            Copy(reference, folder);
        }

        foreach (var native in NativeLibraries.Suitable(image.Natives))
        {
            OwnFolder.Copy(native.Path, Path.Combine(folder, Path.GetFileName(native.Path)));
        }
    }

    /// <summary>Copies an assembly and what it needs of what lies beside it.</summary>
    private static void Copy(string assembly, string folder)
    {
        var target = Path.Combine(folder, Path.GetFileName(assembly));
        if (File.Exists(target))
        {
            return;
        }

        OwnFolder.Copy(assembly, target);
        foreach (var name in ReferencesOf(assembly))
        {
            var beside = Path.Combine(Path.GetDirectoryName(assembly)!, name + ".dll");
            if (!ContractAssembly.IsNamed(name) && File.Exists(beside))
            {
                Copy(beside, folder);
            }
        }
    }

    private static List<string> ReferencesOf(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        if (!file.HasMetadata)
        {
            return [];
        }

        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
