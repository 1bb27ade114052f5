using FleetBridge.Fleet.Running;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Fleet.Keeper;

/// <summary>What processes use, with all that they have started. One look at all of the machine's processes serves every server.</summary>
/// <param name="clock">The clock of the looks.</param>
internal sealed class ProcessUses(TimeProvider clock)
{
    /// <summary>One look costs about 10 µs a process of the machine.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Ticks of the kernel's clock for user space (sysconf(3): _SC_CLK_TCK is 100 on Linux).</summary>
    private const long TickLength = TimeSpan.TicksPerSecond / 100;

    private readonly Lock _lock = new();
    private Dictionary<int, List<ProcessStat>> _children = [];
    private long? _looked;

    /// <summary>What a keeper's server uses.</summary>
    /// <param name="keeper">The keeper's process id.</param>
    /// <returns>Null on systems other than Linux, and when it is not there.</returns>
    public ServerUse? Of(int keeper)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        lock (_lock)
        {
            if (_looked is not { } looked || clock.GetElapsedTime(looked) >= Interval)
            {
                Look();
            }

            var (ticks, pages, found) = (0L, 0L, false);
            var open = new Stack<int>([keeper]);
            while (open.TryPop(out var parent))
            {
                foreach (var child in _children.GetValueOrDefault(parent) ?? [])
                {
                    (ticks, pages, found) = (ticks + child.CpuTicks, pages + child.Pages, true);
                    open.Push(child.Id);
                }
            }

            return found ? new ServerUse(TimeSpan.FromTicks(ticks * TickLength), pages * Environment.SystemPageSize) : null;
        }
    }

    private void Look()
    {
        _looked = clock.GetTimestamp();
        var children = new Dictionary<int, List<ProcessStat>>();
        foreach (var process in ProcessStat.ReadAll())
        {
            if (!children.TryGetValue(process.Parent, out var list))
            {
                children[process.Parent] = list = [];
            }

            list.Add(process);
        }

        _children = children;
    }
}
