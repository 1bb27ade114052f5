using System.Globalization;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>Figures of the machine and of each server; shares of CPU are those since the look before.</summary>
/// <param name="dataFolder">The folder on whose disk space is free.</param>
/// <param name="clock">The clock.</param>
internal sealed class WorkerFigures(string dataFolder, TimeProvider clock)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ServerUse Use, long At, ServerFigures Figures)> _servers = [];
    private (long Busy, long All) _machine;
    private long? _measured;
    private WorkerHealth _last = new();

    /// <summary>The figures of now; of a moment ago when that is less than a second.</summary>
    public WorkerHealth Measure(IEnumerable<(string Id, IRunningServer? Running)> servers)
    {
        lock (_lock)
        {
            if (_measured is { } measured && clock.GetElapsedTime(measured) < LeastInterval)
            {
                return _last;
            }

            _measured = clock.GetTimestamp();
            return _last = new WorkerHealth
            {
                CpuPercent = MeasureMachine(),
                MemoryBytes = Environment.WorkingSet,
                DiskFreeBytes = MeasureDisk(),
                Servers = [.. servers.Select(server => Measure(server.Id, server.Running))],
            };
        }
    }

    private ServerFigures Measure(string id, IRunningServer? running)
    {
        if (running?.Measure() is not { } use)
        {
            _servers.Remove(id);
            return new ServerFigures(id, null, null);
        }

        var now = clock.GetTimestamp();
        if (!_servers.TryGetValue(id, out var before) || use.CpuTime < before.Use.CpuTime)
        {
            var first = new ServerFigures(id, null, use.MemoryBytes);
            _servers[id] = (use, now, first);
            return first;
        }

        // the runner looks less often than it is asked
        var elapsed = clock.GetElapsedTime(before.At, now);
        if (use == before.Use && elapsed < TimeSpan.FromSeconds(10))
        {
            return before.Figures;
        }

        var percent = Math.Round(100 * (use.CpuTime - before.Use.CpuTime) / elapsed, 1);
        var figures = new ServerFigures(id, percent, use.MemoryBytes);
        _servers[id] = (use, now, figures);
        return figures;
    }

    private double? MeasureMachine()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // "cpu  user nice system idle iowait irq softirq steal …" (proc(5))
            var numbers = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
                .Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            var all = numbers.Sum();
            var busy = all - numbers[3] - numbers[4];
            var before = _machine;
            _machine = (busy, all);
            return before.All == 0 || all == before.All ? null : Math.Round(100.0 * (busy - before.Busy) / (all - before.All), 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private long? MeasureDisk()
    {
        try
        {
            return new DriveInfo(dataFolder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
