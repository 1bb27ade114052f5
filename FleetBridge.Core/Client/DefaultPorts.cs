namespace FleetBridge.Core.Client;

/// <summary>The ports that the editor's plugin uses unless its user has chosen others.</summary>
internal static class DefaultPorts
{
    /// <summary>The port for requests.</summary>
    public const int Requests = 8000;

    /// <summary>The port of the log's WebSocket.</summary>
    public const int Log = 8765;
}
