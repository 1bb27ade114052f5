using FleetBridge.Core.Client;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Security;

namespace FleetBridge.Serving;

/// <summary>What a bridge serves, to whom, and when it stops.</summary>
internal sealed record ServingOptions
{
    /// <summary>Where the backends and the state are.</summary>
    public BridgeCompositionOptions Bridge { get; init; } = new();

    /// <summary>How long operations may take to clean up when the bridge stops.</summary>
    public TimeSpan CleanUpLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a first request is expected, for whose sake the host is left unbuilt and backends that do not come with the
    /// program are left unloaded; zero when none is expected.</summary>
    public TimeSpan FirstRequestLimit { get; init; }

    /// <summary>The token that every client must send; null if every program of this machine is allowed.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>The web pages that may read the log.</summary>
    public LogOrigins LogOrigins { get; init; } = LogOrigins.EngineOnly;

    /// <summary>The limits of the port for requests.</summary>
    public PortLimits HttpLimits { get; init; } = PortLimits.Requests;

    /// <summary>The limits of the port of the log.</summary>
    public PortLimits LogLimits { get; init; } = PortLimits.Log;

    /// <summary>The limits of the gateway's port.</summary>
    public PortLimits GatewayLimits { get; init; } = PortLimits.Gateway;

    /// <summary>The token of the page's first link; null for none.</summary>
    public string? PageLink { get; init; }

    /// <summary>The settings of the project that was named; null for none.</summary>
    public IReadOnlyDictionary<string, string>? ProjectSettings { get; init; }

    /// <summary>Which JSON web tokens the gateway accepts; null for none.</summary>
    public JwtChoice? Jwt { get; init; }

    /// <summary>The host whose fleet the gateway shows; null to look for one on this machine.</summary>
    public Uri? HostUrl { get; init; }

    /// <summary>How the bridge takes part in the mesh; null for not at all.</summary>
    public MeshChoice? Mesh { get; init; }

    /// <summary>The editor with which the bridge stops; null if it was not named.</summary>
    public EditorProcess? Editor { get; init; }

    /// <summary>The input with whose end the bridge stops; null if its end does not matter.</summary>
    public Stream? Input { get; init; }

    /// <summary>Ctrl-C, SIGTERM, or the end of the terminal.</summary>
    public CancellationToken Signals { get; init; }
}
