namespace FleetBridge.Fleet.Link;

/// <summary>
/// What a side does with what the other side says: one call at a time for a peer, in the order in which it was sent. A message is
/// acknowledged when its call has completed, so a slow handler slows its sender down once the bounds are reached.
/// </summary>
internal interface ILinkHandler
{
    /// <summary>A connection is there; before the first message that came over it.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="session">Whether it continues where the last one ended.</param>
    /// <param name="cancellation">Cancelled when the link ends for good.</param>
    ValueTask OnSessionAsync(LinkPeer peer, LinkSession session, CancellationToken cancellation);

    /// <summary>A message.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="type">Its type, as the other side gave it.</param>
    /// <param name="payload">Its payload, which the handler may keep.</param>
    /// <param name="cancellation">Cancelled when the link ends for good.</param>
    ValueTask OnMessageAsync(LinkPeer peer, int type, ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>Telemetry that the other side had no room for.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="count">How many messages are missing at this place.</param>
    void OnGap(LinkPeer peer, long count);

    /// <summary>The connection has ended; the session continues with the next one.</summary>
    /// <param name="peer">The other side.</param>
    /// <param name="end">How.</param>
    void OnDisconnected(LinkPeer peer, LinkEnd end);
}
