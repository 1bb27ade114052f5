using Amazon.GameLift;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>The fleet of EC2 instances that runs the build.</summary>
internal sealed partial class Fleet(AwsClients clients) : AwsResource(clients)
{
    /// <inheritdoc/>
    public override string Path => "deployment/fleet";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/uploaded_build"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Its instances are billed by the hour while it exists, with or without players.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(FleetDeletion.RunAsync)),
        Browse("gamelift/fleets?region=[region]"),
        Operation.Wait(OnAws(FleetWait.RunAsync)),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        context.LogLookingFor("fleet", name);
        var fleet = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current();
        if (fleet is null)
        {
            return FleetReport.Absent(context, name);
        }

        FleetReport.LogStatus(context, fleet);
        if (fleet.Status == FleetStatus.ACTIVE)
        {
            return BackendResult.Success(FleetReport.Details(fleet));
        }

        await FleetEvents.LogNewestAsync(context, fleet.FleetId!).ConfigureAwait(false);
        return FleetReport.NotActive(fleet);
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.FleetName];
        var existing = (await context.FleetsNamedAsync(name).ConfigureAwait(false)).Current();
        if (existing is null || existing.IsTerminating())
        {
            return BackendResult.Success(FleetReport.Details(await FleetProvisioner.CreateAsync(context).ConfigureAwait(false)));
        }

        FleetReport.LogStatus(context, existing);
        if (existing.Status == FleetStatus.ERROR)
        {
            await FleetEvents.LogNewestAsync(context, existing.FleetId!).ConfigureAwait(false);
            return BackendResult.Failure(
                $"The fleet {name} ({existing.FleetId}) exists and is in ERROR.",
                FleetReport.ErrorRemedy,
                FleetReport.Details(existing));
        }

        LogExists(context.Log, name, existing.FleetId);
        return BackendResult.Success(FleetReport.Details(existing));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet {Name} ({FleetId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? fleetId);
}
