using System.Threading.Channels;
using FleetBridge.Fleet.Link;

namespace FleetBridge.Benchmarks.Links;

/// <summary>One side of a link that sends back what comes, or lets a caller wait for what comes.</summary>
/// <param name="echoes">Whether it sends everything back.</param>
internal sealed class EchoSide(bool echoes) : ILinkHandler
{
    private readonly Channel<int> _messages = Channel.CreateUnbounded<int>();
    private readonly Channel<LinkSession> _sessions = Channel.CreateUnbounded<LinkSession>();

    /// <summary>Waits for the next connection's session.</summary>
    public ValueTask<LinkSession> SessionAsync(CancellationToken cancellation) => _sessions.Reader.ReadAsync(cancellation);

    /// <summary>Waits for the next message.</summary>
    /// <returns>Its type.</returns>
    public ValueTask<int> MessageAsync(CancellationToken cancellation) => _messages.Reader.ReadAsync(cancellation);

    public ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation) =>
        _sessions.Writer.WriteAsync(session, cancellation);

    public ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation) => echoes
        ? peer.SendAsync(type, payload, LinkClass.Control, cancellation)
        : _messages.Writer.WriteAsync(type, cancellation);

    public void OnGap(LinkPeer peer, long count) => throw new BenchmarkException("A control message is missing.");

    public void OnDisconnected(LinkPeer peer, LinkEnd end)
    {
    }
}
