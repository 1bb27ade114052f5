using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>The connections of the workers, as their fleet uses them.</summary>
internal interface IWorkerLinks
{
    /// <summary>A message of a worker, in the order in which it sent them. A handler only queues it.</summary>
    event Action<string, LinkMessageType, ReadOnlyMemory<byte>>? OnMessage;

    /// <summary>A worker has connected. A handler only queues that.</summary>
    event Action<WorkerSession>? OnSession;

    /// <summary>Whether a worker is connected.</summary>
    bool IsConnected(string workerId);

    /// <summary>Sends a message, and completes when the link keeps it until the worker has it.</summary>
    Task SendAsync(string workerId, LinkMessageType type, ReadOnlyMemory<byte> payload, CancellationToken cancellation);
}

/// <summary>A connection of a worker.</summary>
/// <param name="WorkerId">Whose.</param>
/// <param name="IsResumed">Whether it continues where the one before was cut; otherwise both sides say everything again.</param>
/// <param name="Address">The worker's address, as this host sees it.</param>
/// <param name="LocalAddress">This host's address, as that worker reaches it.</param>
internal sealed record WorkerSession(string WorkerId, bool IsResumed, string? Address, string? LocalAddress);
