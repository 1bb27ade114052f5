using System.Runtime.InteropServices;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Ports;

/// <summary>
/// How many file descriptors (RLIMIT_NOFILE) the clients of all ports together may use. The others are for what the bridge opens itself:
/// an assembly needs two, and the runtime remembers one that could not be opened, which ends the process or keeps it from responding.
/// </summary>
/// <param name="limit">How many the process may have.</param>
internal sealed partial class DescriptorBudget(long limit)
{
    /// <summary>What the bridge has open when it has responded to a first request (measured: 155).</summary>
    public const int AtRest = 160;

    /// <summary>With fewer, the bridge may not even start.</summary>
    public const int Least = AtRest + 24;

    /// <summary>Enough for what operations open later: assemblies, connections to AWS, files of a package, a compiler.</summary>
    private const int MostKept = 256;
    private const int LeastKept = 16;

    private const int LinuxNoFile = 7;
    private const int MacNoFile = 8;

    private long _clients;

    /// <summary>That of this process.</summary>
    public static DescriptorBudget OfProcess { get; } = new(Read());

    /// <summary>How many the process may have.</summary>
    public long Limit => limit;

    /// <summary>How many are for the bridge's own files and connections, besides <see cref="AtRest"/>.</summary>
    public long Kept => Math.Clamp((limit - AtRest) / 2, LeastKept, MostKept);

    /// <summary>How many connections clients may have together.</summary>
    public long MostClients => Math.Max(limit - AtRest - Kept, 0);

    /// <summary>Refuses to serve where that would fail later, at any moment.</summary>
    /// <exception cref="UserException">The process may have too few.</exception>
    public void Demand()
    {
        if (limit < Least)
        {
            throw new UserException(
                ExitCode.Usage,
                $"This process may open {limit} files, and the bridge needs {Least} at least. Raise the limit, such as with 'ulimit -n 1024'.");
        }
    }

    /// <summary>Counts a client that comes.</summary>
    /// <param name="descriptor">Its connection's descriptor. The system always gives the lowest free one, so that one near the limit
    /// means that nearly all are in use, by whatever.</param>
    /// <param name="share">How much of what is kept back the port's clients leave alone: 1 for all of it.</param>
    /// <returns>False if it must not stay.</returns>
    public bool TryEnter(long descriptor, double share)
    {
        var lent = (long)(Kept * (1 - share));
        if (descriptor < limit - Kept + lent && Interlocked.Increment(ref _clients) <= MostClients + lent)
        {
            return true;
        }

        if (descriptor < limit - Kept + lent)
        {
            Leave();
        }

        return false;
    }

    /// <summary>Counts a client that has gone.</summary>
    public void Leave() => Interlocked.Decrement(ref _clients);

    private static long Read()
    {
        // the runtime has raised the soft limit to the hard one
        if (OperatingSystem.IsWindows() || GetLimit(OperatingSystem.IsLinux() ? LinuxNoFile : MacNoFile, out var limit) != 0)
        {
            return int.MaxValue;
        }

        return (long)Math.Min(limit.Current, int.MaxValue);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Current;
        public ulong Most;
    }
}
