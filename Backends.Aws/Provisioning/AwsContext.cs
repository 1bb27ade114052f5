using FleetBridge.Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>What an operation on AWS has in hand.</summary>
/// <param name="Bridge">What the bridge gave.</param>
/// <param name="Clients">The clients for the request's profile and region.</param>
internal sealed record AwsContext(BackendContext Bridge, ClientSet Clients)
{
    /// <summary>The request's settings.</summary>
    public Settings Settings => Bridge.Settings;

    /// <summary>The user's log.</summary>
    public ILogger Log => Bridge.Logger;

    /// <summary>The clock of every wait.</summary>
    public TimeProvider Clock => Bridge.Clock;

    /// <summary>Cancelled when the answer is no longer wanted.</summary>
    public CancellationToken Cancellation => Bridge.Cancellation;

    /// <summary>The region's name.</summary>
    public string Region => Clients.Region.SystemName;
}
