using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Ports;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Topics;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FleetBridge.Serving;

/// <summary>What one kind of process puts into its gateway.</summary>
internal sealed record GatewaySetup
{
    public required LoopbackSockets Sockets { get; init; }

    public required GatewayOptions Options { get; init; }

    /// <summary>Which run it is: the epoch of its topics and the beginning of its calls' ids.</summary>
    public required string Epoch { get; init; }

    public required IReadOnlyList<IMeshService> Services { get; init; }

    public required IReadOnlyList<Topic> Topics { get; init; }

    public required Func<bool, HealthMessage> Health { get; init; }

    /// <summary>The token of the page's first link; null for none.</summary>
    public string? PageLink { get; init; }

    public PortLimits Limits { get; init; } = PortLimits.Gateway;

    /// <summary>How its connections are encrypted; null for plain ones.</summary>
    public TlsHandshakeCallbackOptions? Tls { get; init; }

    /// <summary>The services beyond a broker; null for none.</summary>
    public IServiceMesh? Beyond { get; init; }

    /// <summary>What this machine is called on the mesh; null without one.</summary>
    public string? Machine { get; init; }

    /// <summary>The host whose servers' logs are passed on; null for none.</summary>
    public FleetBridge.Gateway.Fleet.HostClient? Fleet { get; init; }

    /// <summary>The pictures that can be watched; null for none.</summary>
    public FrameBoard? Frames { get; init; }

    /// <summary>What ends with it.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];
}
