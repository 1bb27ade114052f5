using System.Collections.Concurrent;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>What workers report all the time, in memory only: that they live, and their figures.</summary>
/// <param name="clock">The clock.</param>
internal sealed class WorkerPresence(TimeProvider clock)
{
    /// <summary>A worker that is not heard of for so long is unknown.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Entry> _workers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServerFigures> _servers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ServerProgress> _progress = new(StringComparer.Ordinal);

    /// <summary>A worker has said something.</summary>
    /// <returns>Whether it was unknown before.</returns>
    public bool Beat(string workerId, WorkerHealth? health = null)
    {
        var now = clock.GetTimestamp();
        var wasUnknown = !IsHeard(workerId);
        _workers.AddOrUpdate(
            workerId,
            _ => new Entry(now, clock.GetUtcNow(), health),
            (_, before) => new Entry(now, clock.GetUtcNow(), health ?? before.Health));
        foreach (var figures in health?.Servers ?? [])
        {
            _servers[figures.Id] = figures;
        }

        return wasUnknown;
    }

    /// <summary>Whether a worker was heard of within the limit.</summary>
    public bool IsHeard(string workerId) => _workers.TryGetValue(workerId, out var entry) && clock.GetElapsedTime(entry.At) < Limit;

    /// <summary>When a worker was heard of; null for never by this host.</summary>
    public DateTimeOffset? SeenAt(string workerId) => _workers.TryGetValue(workerId, out var entry) ? entry.SeenAt : null;

    /// <summary>A worker's last figures.</summary>
    public WorkerHealth? HealthOf(string workerId) => _workers.TryGetValue(workerId, out var entry) ? entry.Health : null;

    /// <summary>A server's last figures.</summary>
    public ServerFigures? FiguresOf(string serverId) => _servers.GetValueOrDefault(serverId);

    /// <summary>How far a server's install is.</summary>
    public ServerProgress? ProgressOf(string serverId) => _progress.GetValueOrDefault(serverId);

    /// <summary>A server's own figures came.</summary>
    public void Note(ServerFigures figures) => _servers[figures.Id] = figures;

    /// <summary>Takes what is not stored of an observation.</summary>
    public void Note(ObservedServer observed)
    {
        if (observed.Progress is { } progress)
        {
            _progress[observed.Id] = progress;
        }
        else
        {
            _progress.TryRemove(observed.Id, out _);
        }

        if (observed.Pid is null)
        {
            _servers.TryRemove(observed.Id, out _);
        }
        else if (observed.CpuPercent is not null || observed.MemoryBytes is not null)
        {
            _servers[observed.Id] = new ServerFigures(observed.Id, observed.CpuPercent, observed.MemoryBytes);
        }
    }

    /// <summary>The server is gone.</summary>
    public void ForgetServer(string serverId)
    {
        _servers.TryRemove(serverId, out _);
        _progress.TryRemove(serverId, out _);
    }

    /// <summary>The worker is gone, or says that it ends.</summary>
    public void ForgetWorker(string workerId) => _workers.TryRemove(workerId, out _);

    /// <summary>The state of a worker.</summary>
    public WorkerState StateOf(FleetWorker worker) => worker.IsShutdown ? WorkerState.Shutdown
        : !IsHeard(worker.WorkerId) ? WorkerState.Unknown
        : worker.TakesNone ? WorkerState.Frozen
        : WorkerState.Alive;

    private sealed record Entry(long At, DateTimeOffset SeenAt, WorkerHealth? Health);
}
