using System.Diagnostics;
using System.Runtime.InteropServices;
using FleetBridge.Fleet.Running;

namespace FleetBridge.Fleet.Keeper;

/// <summary>The keeper's program, which lies in <c>keeper/</c> beside this one.</summary>
internal static class KeeperProgram
{
    private const string Folder = "keeper";
    private const string Name = "fleetbridge-keeper";

    /// <summary>How a keeper is started: as a program where there is one for this system, else by the .NET host that runs this one.</summary>
    /// <param name="program">The program; null for the one beside this one.</param>
    /// <exception cref="StartException">There is none.</exception>
    public static ProcessStartInfo StartInfo(string? program)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, Folder);
        var native = program ?? Path.Combine(folder, OperatingSystem.IsWindows() ? $"{Name}.exe" : Name);
        if (File.Exists(native))
        {
            return new ProcessStartInfo(native);
        }

        var assembly = Path.Combine(folder, $"{Name}.dll");
        if (program is not null || !File.Exists(assembly))
        {
            throw new StartException("no_keeper", $"The keeper's program {native} is missing: install FleetBridge again.", isRetryable: false);
        }

        return new ProcessStartInfo(Host(), [assembly]);
    }

    /// <summary>The .NET host that this program runs on: it need not be on the PATH, and a tool is started by a program of its own.</summary>
    private static string Host()
    {
        var root = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..");
        var host = Path.GetFullPath(Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(host) ? host : "dotnet";
    }
}
