using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift;

/// <summary>Where and how <see cref="AmazonGameLiftClient"/> asks.</summary>
internal sealed class AmazonGameLiftConfig() : ServiceConfig(Service)
{
    /// <summary>The service.</summary>
    public static readonly ServiceDescription Service = new("GameLift", "gamelift", "gamelift", "2015-10-01");
}
