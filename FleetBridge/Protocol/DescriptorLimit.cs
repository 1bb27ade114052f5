using System.Runtime.InteropServices;

namespace FleetBridge.Protocol;

/// <summary>
/// How many file descriptors this process may have (RLIMIT_NOFILE), and how many of them no client may use: without one, no assembly,
/// log file or connection to AWS can be opened, and the runtime remembers an assembly that it could not open.
/// </summary>
internal static partial class DescriptorLimit
{
    /// <summary>Enough for assemblies, the log, watches, copies of builds and connections to AWS at the same time.</summary>
    private const int MostKept = 256;

    private const int LinuxNoFile = 7;
    private const int MacNoFile = 8;

    /// <summary>The lowest descriptor that a client's connection may not have any more. The system always gives the lowest free one, so
    /// that one above this means that all below are in use, by whatever.</summary>
    /// <param name="share">How much of what is kept back this port's clients leave alone: 1 for all of it.</param>
    /// <returns>The descriptor; the largest number where there is no limit.</returns>
    public static long FirstKept(double share) => FirstKept(Read(), share);

    /// <summary>The same for a known limit.</summary>
    internal static long FirstKept(long limit, double share) =>
        limit == long.MaxValue ? limit : limit - (long)(Math.Min(MostKept, limit / 4) * share);

    private static long Read()
    {
        // the runtime has raised the soft limit to the hard one
        if (OperatingSystem.IsWindows() || GetLimit(OperatingSystem.IsLinux() ? LinuxNoFile : MacNoFile, out var limit) != 0)
        {
            return long.MaxValue;
        }

        return limit.Current > long.MaxValue ? long.MaxValue : (long)limit.Current;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Most;
    }
}
