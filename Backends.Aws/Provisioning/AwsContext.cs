using FleetBridge.Backends.Aws.Account;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>The context of an operation on AWS.</summary>
/// <param name="Bridge">The request's context.</param>
/// <param name="Clients">The clients for the request's profile and region.</param>
internal sealed record AwsContext(BackendContext Bridge, ClientSet Clients)
{
    /// <summary>The request's settings.</summary>
    public Settings Settings => Bridge.Settings;

    /// <summary>The user's log.</summary>
    public ILogger Log => Bridge.Logger;

    /// <summary>The clock of every wait.</summary>
    public TimeProvider Clock => Bridge.Clock;

    /// <summary>Cancelled when the response is no longer needed.</summary>
    public CancellationToken Cancellation => Limit ?? Bridge.Cancellation;

    private CancellationToken? Limit { get; init; }

    /// <summary>The same operation with another end: for what has to be tidied up after a cancellation.</summary>
    public AwsContext With(CancellationToken cancellation) => this with { Limit = cancellation };

    /// <summary>The region's name.</summary>
    public string Region => Clients.Region.SystemName;
}
