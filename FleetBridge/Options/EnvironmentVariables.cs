namespace FleetBridge.Options;

/// <summary>The environment variables that set options when the command line leaves them out.</summary>
internal static class EnvironmentVariables
{
    public const string Backend = "FLEETBRIDGE_BACKEND";
    public const string Backends = "FLEETBRIDGE_BACKENDS";
    public const string HttpPort = "FLEETBRIDGE_HTTP_PORT";
    public const string WebSocketPort = "FLEETBRIDGE_WEBSOCKET_PORT";
    public const string Fingerprint = "FLEETBRIDGE_FINGERPRINT";
    public const string GatewayPort = "FLEETBRIDGE_GATEWAY_PORT";
    public const string LogFile = "FLEETBRIDGE_LOG_FILE";
    public const string LogLevel = "FLEETBRIDGE_LOG_LEVEL";

    /// <summary>The value of a variable; null when it is unset or empty.</summary>
    public static string? Find(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
