using FleetBridge.Fleet.Link;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers;

/// <summary>The workers' connections by the link: sessions that outlive them, and messages that come once and in order.</summary>
internal sealed class WorkerLinks : IWorkerLinks, ILinkHandler
{
    private LinkServer? _server;

    public event Action<string, LinkMessageType, ReadOnlyMemory<byte>>? OnMessage;

    public event Action<WorkerSession>? OnSession;

    /// <summary>Addresses of the worker's connection and of this host on it, as they were when it connected.</summary>
    public Func<string, (string? Remote, string? Local)> AddressesOf { get; set; } = _ => default;

    /// <summary>Takes the server, which needs this as its handler.</summary>
    public void Attach(LinkServer server) => _server = server;

    public bool IsConnected(string workerId) => _server?.Find(workerId) is { IsConnected: true };

    public async Task SendAsync(string workerId, LinkMessageType type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        if (_server is null || !await _server.SendAsync(workerId, (int)type, payload, LinkClass.Control, cancellation).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Worker {workerId} is not connected.");
        }
    }

    public ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
    {
        var (remote, local) = AddressesOf(peer.Id);
        OnSession?.Invoke(new WorkerSession(peer.Id, session.IsResumed, remote, local));
        return ValueTask.CompletedTask;
    }

    public ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        OnMessage?.Invoke(peer.Id, (LinkMessageType)type, payload);
        return ValueTask.CompletedTask;
    }

    public void OnGap(LinkPeer peer, long count)
    {
        // health reports that had no room; the next one comes soon
    }

    public void OnDisconnected(LinkPeer peer, LinkEnd end)
    {
        // its health reports are missing from now on
    }
}
