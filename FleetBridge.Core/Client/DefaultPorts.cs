namespace FleetBridge.Core.Client;

/// <summary>The ports unless a user has chosen others; the first two are those of the editor's plugin.</summary>
internal static class DefaultPorts
{
    /// <summary>The port for requests.</summary>
    public const int Requests = 8000;

    /// <summary>The port of the log's WebSocket.</summary>
    public const int Log = 8765;

    /// <summary>The port of the gateway and its page.</summary>
    public const int Gateway = 8770;

    /// <summary>The port of a host's gateway and its page: a bridge's is in use beside it.</summary>
    public const int HostGateway = 8771;

    /// <summary>A host's plain port.</summary>
    public const int Host = 9080;

    /// <summary>A host's port with TLS.</summary>
    public const int HostTls = 9443;
}
