using System.Text.Json;

namespace FleetBridge.Gateway.Client;

/// <summary>A place in a topic.</summary>
/// <param name="Epoch">Which run of the topic.</param>
/// <param name="Offset">The number of the last event that was seen.</param>
public sealed record GatewayPosition(string Epoch, long Offset);

/// <summary>Something that a topic has told.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">The place after it.</param>
/// <param name="Value">The event, or the snapshot; undefined where there is none.</param>
public sealed record GatewayEvent(GatewayEventKind Kind, GatewayPosition Position, JsonElement Value);

/// <summary>What a <see cref="GatewayEvent"/> is.</summary>
public enum GatewayEventKind
{
    /// <summary>An event.</summary>
    Event,

    /// <summary>The subscription has begun; the value is the topic's snapshot, where it has one.</summary>
    Began,

    /// <summary>It continues after a lost connection, and nothing is missing.</summary>
    Resumed,

    /// <summary>It continues, and events are missing: the topic no longer has them. The value is a snapshot, where the topic has one.</summary>
    Lost,
}

/// <summary>Who a client is, as the gateway has told it.</summary>
/// <param name="SessionId">The connection's id.</param>
/// <param name="UserId">The user.</param>
/// <param name="Username">The user's name.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
public sealed record GatewaySession(string SessionId, string UserId, string Username, string Role);
