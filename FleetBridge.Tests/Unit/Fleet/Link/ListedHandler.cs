using FleetBridge.Fleet.Link;

namespace FleetBridge.Tests.Unit.Fleet.Link;

/// <summary>Lists what it is given, as text.</summary>
internal sealed class ListedHandler : ILinkHandler
{
    private readonly Lock _lock = new();
    private readonly List<string> _calls = [];

    /// <summary>Called for each message before it is handled.</summary>
    public Func<int, ReadOnlyMemory<byte>, ValueTask>? Handles { get; set; }

    /// <summary>Called for each session.</summary>
    public Func<LinkPeer, LinkSession, ValueTask>? Begins { get; set; }

    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The calls for messages and gaps.</summary>
    public IReadOnlyList<string> Messages => [.. Calls.Where(call => char.IsAsciiDigit(call[0]) || call.StartsWith("gap", StringComparison.Ordinal))];

    public async ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation)
    {
        Add(session.IsResumed ? "resumed" : "new");
        await (Begins?.Invoke(peer, session) ?? ValueTask.CompletedTask);
    }

    public async ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        await (Handles?.Invoke(type, payload) ?? ValueTask.CompletedTask);
        Add($"{type}:{System.Text.Encoding.UTF8.GetString(payload.Span)}");
    }

    public void OnGap(LinkPeer peer, long count) => Add($"gap {count}");

    public void OnDisconnected(LinkPeer peer, LinkEnd end) => Add(end.Code is { } code ? $"closed {code}" : "lost");

    private void Add(string call)
    {
        lock (_lock)
        {
            _calls.Add(call);
        }
    }
}
