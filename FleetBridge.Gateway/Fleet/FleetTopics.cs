namespace FleetBridge.Gateway.Fleet;

/// <summary>The topics of a host's fleet.</summary>
internal static class FleetTopics
{
    public const string Servers = "servers";
    public const string Sessions = "sessions";

    private const string OfFleet = """{"FleetId":"fleet-local"}""";

    /// <summary>Creates them.</summary>
    public static IReadOnlyList<PolledTopic> Of(HostClient host, string epoch, TimeProvider clock)
    {
        PolledTopic? servers = null, sessions = null;
        servers = new PolledTopic(
            Servers,
            epoch,
            [
                new("workers", "items", "id", ending => host.CallAsync("GET", "/worker?limit=1000", null, ending)),
                new("servers", "items", "id", ending => host.CallAsync("GET", "/server?limit=1000", null, ending)),
            ],
            clock)
        {
            Snapshot = () => servers!.State(),
        };
        sessions = new PolledTopic(
            Sessions,
            epoch,
            [new("sessions", "GameSessions", "GameSessionId", ending => host.CallApiAsync("DescribeGameSessions", OfFleet, ending))],
            clock)
        {
            Snapshot = () => sessions!.State(),
        };
        return [servers, sessions];
    }
}
