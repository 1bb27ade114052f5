using FleetBridge.Fleet.Joining;

namespace FleetBridge.Fleet.Worker.Uplink;

/// <summary>Who a worker is, and where its host is.</summary>
internal sealed record UplinkOptions
{
    /// <summary>The host.</summary>
    public required HostAddress Host { get; init; }

    /// <summary>The certificate that is trusted; null for a plain port.</summary>
    public required string? Fingerprint { get; init; }

    public required string WorkerId { get; init; }

    /// <summary>The secret by which the host knows it.</summary>
    public required string Secret { get; init; }

    public required string Name { get; init; }

    /// <summary>Its private API.</summary>
    public required string ApiUrl { get; init; }

    /// <summary>Stops the worker's servers, and then the worker.</summary>
    public required Action ShutDown { get; init; }
}
