using System.Runtime.InteropServices;

namespace FleetBridge.Hosting;

/// <summary>The memory outside the garbage collector's, where the runtime compiles and keeps what it loads.</summary>
internal static partial class NativeMemory
{
    /// <summary>Gives what is free back to the system, where the C library does not do so by itself: glibc keeps it for
    /// as long as anything above it is in use (malloc_trim(3)).</summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // another C library, musl, which has nothing to trim
        }
        catch (DllNotFoundException)
        {
            // likewise
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
