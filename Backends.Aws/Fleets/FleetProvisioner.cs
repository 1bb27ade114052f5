using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Builds;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>Creates a fleet.</summary>
internal static partial class FleetProvisioner
{
    /// <summary>Creates a fleet for the newest build, once that is READY.</summary>
    /// <returns>The fleet as GameLift has accepted it: it becomes ACTIVE much later.</returns>
    /// <exception cref="BackendException">There is no such build, or GameLift rejects the fleet.</exception>
    public static async Task<FleetAttributes> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        var launchPath = context.Settings[AwsSettings.FleetLaunchPath];
        var build = await BuildReadiness.WaitAsync(context).ConfigureAwait(false);
        var (from, to) = AwsSettings.PortRange(context.Settings[AwsSettings.FleetInboundPort]);
        var instanceType = context.Settings[AwsSettings.FleetInstanceType];
        LogCreating(context.Log, name, instanceType, build.BuildId, launchPath, from == to ? $"port {from}" : $"ports {from} to {to}");
        try
        {
            var fleet = await context.CreateOnceAsync(
                $"the fleet {name}",
                async () =>
                {
                    var tags = ResourceTags.Of(context, ResourceTags.Fleet).ToMap();
                    var response = await context.WithTagsAsync(tags, given => context.Clients.GameLift.CreateFleetAsync(
                        new CreateFleetRequest
                        {
                            Name = name,
                            BuildId = build.BuildId,
                            ServerLaunchPath = launchPath,
                            ServerLaunchParameters = context.Settings.Find(AwsSettings.FleetLaunchParameters),
                            EC2InstanceType = EC2InstanceType.FindValue(instanceType),
                            FleetType = FleetType.ON_DEMAND,
                            EC2InboundPermissions =
                            [
                                new IpPermission { FromPort = from, ToPort = to, IpRange = "0.0.0.0/0", Protocol = IpProtocol.UDP },
                            ],
                            Tags = given.ToGameLift(),
                        },
                        context.Cancellation)).ConfigureAwait(false);
                    return response.FleetAttributes!;
                },
                async () => (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Find(fleet => fleet.IsProvisioning()))
                .ConfigureAwait(false);
            LogAccepted(context.Log, name, fleet.FleetId);
            await WarnOfOthersAsync(context, name, fleet).ConfigureAwait(false);
            return fleet;
        }
        catch (LimitExceededException exception)
        {
            throw await FleetQuota.ExplainAsync(context, exception, instanceType).ConfigureAwait(false);
        }
        catch (InvalidRequestException exception)
        {
            throw new BackendException(
                $"GameLift rejects the fleet {name}: {exception.Message}",
                $"Check the instance type ({instanceType}), the launch path ({launchPath}) and the launch parameters in the settings.",
                exception);
        }
    }

    /// <summary>Two creates at the same time make two fleets, and both are billed: the log should say so before the bill does.</summary>
    private static async Task WarnOfOthersAsync(AwsContext context, string name, FleetAttributes fleet)
    {
        var others = (await context.FleetsNamedAsync(name).ConfigureAwait(false))
            .Where(other => other.FleetId != fleet.FleetId && other.Status != FleetStatus.ERROR && !other.IsTerminating())
            .Select(other => other.FleetId)
            .ToList();
        if (others.Count > 0)
        {
            LogOthers(context.Log, name, string.Join(", ", others));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Creating the fleet {Name} on {InstanceType} instances from the build {BuildId}; "
        + "it starts {LaunchPath} and accepts UDP on {Ports}")]
    private static partial void LogCreating(
        ILogger logger, string name, string instanceType, string? buildId, string launchPath, string ports);

    [LoggerMessage(Level = LogLevel.Information, Message = "GameLift has accepted the fleet {Name} ({FleetId}). It becomes ACTIVE in "
        + "10 to 30 minutes; wait with 'fleetbridge check fleet --wait'")]
    private static partial void LogAccepted(ILogger logger, string name, string? fleetId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There are more fleets named {Name} now, and each is billed: {Others}. Delete removes "
        + "all of them once they are ACTIVE or in ERROR")]
    private static partial void LogOthers(ILogger logger, string name, string others);
}
