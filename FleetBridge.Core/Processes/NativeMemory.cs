using System.Runtime.InteropServices;

namespace FleetBridge.Core.Processes;

/// <summary>The memory outside the garbage collector's, where the runtime compiles and keeps what it loads.</summary>
internal static partial class NativeMemory
{
    /// <summary>M_ARENA_MAX of glibc's malloc.h.</summary>
    private const int ArenaMax = -8;

    private const int Arenas = 2;

    /// <summary>
    /// Has glibc make no further arenas, of which it would make eight a core: what one thread has allocated for a build of a
    /// backend and another has freed is used again by the next build, instead of lying in an arena that nobody asks
    /// (mallopt(3)). Those that the runtime's own threads have by then stay in use, six besides the main one.
    /// </summary>
    public static void LimitArenas()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(ArenaMax, Arenas);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // another C library, such as musl, which has no arenas
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
