namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>Whether and where to a game server is asked to move its connection (RefreshConnection).</summary>
/// <param name="Interval">How often; null for never.</param>
/// <param name="Endpoint">The address at which it has reached this host, such as <c>wss://127.0.0.1:9443</c>.</param>
internal sealed record ConnectionRefresh(TimeSpan? Interval, string Endpoint);
