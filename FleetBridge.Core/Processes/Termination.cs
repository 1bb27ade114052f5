using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FleetBridge.Core.Processes;

/// <summary>The end of another process: asked for, or forced.</summary>
internal static partial class Termination
{
    private const int SigTerm = 15;

    /// <summary>Asks a process to end: with SIGTERM, or on Windows by closing its window.</summary>
    /// <param name="process">One of our own, which has not been waited for: its id is still its own.</param>
    public static void Ask(Process process)
    {
        try
        {
            if (process.HasExited)
            {
                return;
            }

            if (OperatingSystem.IsWindows())
            {
                process.CloseMainWindow();
            }
            else
            {
                _ = Kill(process.Id, SigTerm);
            }
        }
        catch (InvalidOperationException)
        {
            // it has ended
        }
    }

    /// <summary>Ends a process and those that it has started.</summary>
    public static void Force(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // it has ended, or is ending
        }
    }

    /// <summary>Leaves the terminal's session: what ends the terminal, or is typed there, does not reach this process.</summary>
    public static void LeaveSession()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetSid();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();
}
