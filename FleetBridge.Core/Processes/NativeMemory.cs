using System.Runtime.InteropServices;

namespace FleetBridge.Core.Processes;

/// <summary>The memory outside the garbage collector's, where the runtime compiles and keeps what it loads.</summary>
internal static partial class NativeMemory
{
    /// <summary>M_ARENA_MAX of glibc's malloc.h.</summary>
    private const int ArenaMax = -8;

    private const int Arenas = 2;

    /// <summary>
    /// Keeps glibc from creating more arenas; by default it creates up to eight per core. Memory that one thread allocated for a
    /// build of a backend and another thread freed is then used by the next build, instead of staying in an arena that no
    /// thread uses (mallopt(3)). Arenas that the runtime's own threads already have stay in use: six besides the main one.
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
