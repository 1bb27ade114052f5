namespace FleetBridge.Fleet.Local;

/// <summary>What a game server has to know to connect to a host: environment variables for the SDK, and the flags that the games of
/// AWS's samples read themselves.</summary>
/// <param name="Endpoint">The WebSocket's address.</param>
/// <param name="FleetId">The fleet.</param>
/// <param name="ComputeName">The compute.</param>
/// <param name="ProcessId">The process's own id.</param>
/// <param name="AuthToken">A token of GetComputeAuthToken.</param>
internal sealed record ServerVariables(string Endpoint, string FleetId, string ComputeName, string ProcessId, string AuthToken)
{
    /// <summary>The variables, which win over the game's own parameters in every SDK.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment =>
    [
        ("GAMELIFT_SDK_WEBSOCKET_URL", Endpoint),
        ("GAMELIFT_SDK_FLEET_ID", FleetId),
        ("GAMELIFT_SDK_HOST_ID", ComputeName),
        ("GAMELIFT_SDK_PROCESS_ID", ProcessId),
        ("GAMELIFT_SDK_AUTH_TOKEN", AuthToken),
    ];

    /// <summary>The flags.</summary>
    public IReadOnlyList<string> Flags =>
    [
        "-glAnywhere",
        $"-glAnywhereWebSocketUrl={Endpoint}",
        $"-glAnywhereFleetId={FleetId}",
        $"-glAnywhereHostId={ComputeName}",
        $"-glAnywhereProcessId={ProcessId}",
        $"-glAnywhereAuthToken={AuthToken}",
    ];
}
