using System.Reflection.PortableExecutable;

namespace FleetBridge.Core.Hosting;

/// <summary>Assemblies that were compiled ahead of time (ReadyToRun).</summary>
internal static class NativeImage
{
    /// <summary>Whether an assembly holds native code. The runtime uses it outside collectible contexts only
    /// (<c>ReadyToRunInfo::Initialize</c> in its source: "disabled - collectible module").</summary>
    /// <param name="assembly">The assembly's path.</param>
    /// <exception cref="BadImageFormatException">It is no assembly.</exception>
    public static bool IsIn(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(assembly));
        return reader.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: > 0 };
    }
}
