using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace FleetBridge.Scripting;

/// <summary>
/// Makes of a backend's script what a build makes of its project: an assembly in the folder from which it is loaded, with
/// the assemblies that it names.
/// </summary>
internal static class ScriptBuild
{
    /// <summary>The assembly's name in that folder.</summary>
    public const string AssemblyFile = "backend.dll";

    /// <summary>The type and the method that are the script's own code, beside the assembly.</summary>
    /// <param name="Type">The type.</param>
    /// <param name="Method">The method.</param>
    internal sealed record Entry(string Type, string Method);

    /// <summary>Writes a compiled script into a folder.</summary>
    /// <param name="image">The script.</param>
    /// <param name="folder">The folder; what it holds already stays.</param>
    /// <returns>Where its code begins.</returns>
    public static Entry Write(ScriptImage image, string folder)
    {
        var assembly = Path.Combine(folder, AssemblyFile);
        File.WriteAllBytes(assembly, image.Assembly);
        foreach (var reference in image.References)
        {
            Copy(reference, folder);
        }

        return new Entry(image.EntryType, image.EntryMethod);
    }

    /// <summary>Copies an assembly and what it needs of what lies beside it.</summary>
    private static void Copy(string assembly, string folder)
    {
        var target = Path.Combine(folder, Path.GetFileName(assembly));
        if (File.Exists(target))
        {
            return;
        }

        File.Copy(assembly, target);
        foreach (var name in ReferencesOf(assembly))
        {
            var beside = Path.Combine(Path.GetDirectoryName(assembly)!, name + ".dll");
            if (name != "Backends" && File.Exists(beside))
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
