namespace FleetBridge.Fleet.Link;

/// <summary>A session as both sides are told of it, in order with the messages.</summary>
/// <param name="Epoch">The session's id, which the server chose.</param>
/// <param name="IsResumed">True if nothing was lost since the last connection; false if both sides have to exchange their whole state:
/// the first connection, or the other side has started again.</param>
internal readonly record struct LinkSession(string Epoch, bool IsResumed);

/// <summary>How far one side has come: what it tells the other side when they connect.</summary>
/// <param name="Epoch">The session; null when there is none.</param>
/// <param name="Received">The number of the last message that it has handled.</param>
internal readonly record struct LinkPosition(string? Epoch, long Received);

/// <summary>The server's response to a <see cref="LinkPosition"/>.</summary>
/// <param name="Session">The session from here on.</param>
/// <param name="Received">The number of the last message of the client that the server has handled.</param>
internal readonly record struct LinkWelcome(LinkSession Session, long Received);
