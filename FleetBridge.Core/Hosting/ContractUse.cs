using System.Text;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Finds the assemblies of a backend that use the contract. Only they are loaded at once, to be checked; the others may never be needed,
/// and would delay the first response.
/// </summary>
internal static class ContractUse
{
    /// <summary>A string of the metadata ends with a zero.</summary>
    private static readonly byte[] Name = Encoding.UTF8.GetBytes($"{ContractAssembly.Name}\0");

    /// <summary>The assemblies beside a backend's own that name the contract.</summary>
    /// <param name="entry">The backend's own assembly.</param>
    /// <returns>Their paths.</returns>
    public static IEnumerable<string> FindBeside(string entry) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(entry)!, "*.dll").Where(path => path != entry
            && !ContractAssembly.IsNamed(Path.GetFileNameWithoutExtension(path)) && IsIn(path)).Order(StringComparer.Ordinal);

    private static bool IsIn(string path)
    {
        try
        {
            return NativeImage.MetadataContains(path, Name);
        }
        catch (Exception exception) when (exception is BadImageFormatException or EndOfStreamException)
        {
            // a native library
            return false;
        }
    }
}
