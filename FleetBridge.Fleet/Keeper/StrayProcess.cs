using System.Runtime.InteropServices;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Fleet.Keeper;

/// <summary>Ends processes whose keeper cannot. Each is looked at before: an id may have become a stranger's.</summary>
internal static partial class StrayProcess
{
    private const int KillSignal = 9;

    /// <summary>Kills a process, if it is still the one that was marked.</summary>
    public static void Kill(ProcessMark process) => Kill(process, process.Id);

    /// <summary>Kills a process with the group that it leads.</summary>
    public static void KillGroup(ProcessMark process)
    {
        if (OperatingSystem.IsWindows())
        {
            // the Job object has ended with its keeper
            return;
        }

        Kill(process, -process.Id);
    }

    private static void Kill(ProcessMark process, int target)
    {
        if (process.Id > 1 && process.IsRunning() && !OperatingSystem.IsWindows())
        {
            _ = kill(target, KillSignal);
        }
        else if (OperatingSystem.IsWindows() && process.IsRunning())
        {
            using var found = System.Diagnostics.Process.GetProcessById(process.Id);
            found.Kill();
        }
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int pid, int signal);
}
