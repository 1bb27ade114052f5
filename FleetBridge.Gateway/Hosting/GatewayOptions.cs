using FleetBridge.Core.Security;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Hosting;

/// <summary>What a gateway serves, to whom.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Where tokens, sessions and the audit log are.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The kind of the process, as <c>/healthz</c> says it.</summary>
    public required string Process { get; init; }

    /// <summary>The port that it is served on.</summary>
    public required int Port { get; init; }

    /// <summary>Whether it listens for other machines too: then it has TLS, and is known by names that only its certificate knows.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether its connections are encrypted.</summary>
    public bool IsTls { get; init; }

    public ConsumerLimits Limits { get; init; } = new();

    /// <summary>The token that clients of the bridge send; null where it has none.</summary>
    public AccessToken? OwnToken { get; init; }

    /// <summary>Which JSON web tokens are accepted; null for none.</summary>
    public JwtOptions? Jwt { get; init; }

    /// <summary>Over how long the closes of a stop are spread.</summary>
    public TimeSpan StopSpread { get; init; } = TimeSpan.FromSeconds(2);
}
