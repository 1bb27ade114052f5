using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Fleets;

/// <summary>The fleet of EC2 instances that runs the build.</summary>
/// <param name="clients">The clients of AWS.</param>
/// <param name="repoint">Points what starts sessions to another fleet, when one is replaced.</param>
internal sealed partial class Fleet(AwsClients clients, Repoint repoint) : AwsResource(clients)
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
            var details = FleetReport.Details(fleet);
            (await FleetDrift.FindAsync(context, fleet).ConfigureAwait(false)).Report(context, fleet, details);
            return BackendResult.Success(details);
        }

        await FleetEvents.LogNewestAsync(context, fleet.FleetId!).ConfigureAwait(false);
        return FleetReport.NotActive(fleet);
    }

    private async Task<BackendResult> CreateAsync(AwsContext context)
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

        return await AdaptAsync(context, existing).ConfigureAwait(false);
    }

    /// <summary>Changes a fleet that exists to the settings, as far as that is possible.</summary>
    private async Task<BackendResult> AdaptAsync(AwsContext context, FleetAttributes fleet)
    {
        var details = FleetReport.Details(fleet);
        var drift = await FleetDrift.FindAsync(context, fleet).ConfigureAwait(false);
        if (drift.Fixed.Count > 0)
        {
            drift.Report(context, fleet, details);
            if (bool.Parse(context.Settings[AwsSettings.Replace]))
            {
                return await FleetReplacement.RunAsync(context, fleet, repoint).ConfigureAwait(false);
            }

            return BackendResult.Failure(
                $"The fleet {fleet.Name} ({fleet.FleetId}) exists and cannot be changed to the settings: {string.Join("; ", drift.Fixed)}.",
                "Delete the fleet first ('fleetbridge delete fleet'), replace it by a new one ('fleetbridge create fleet --replace'), choose "
                + "another prefix, or set what the fleet has.",
                details);
        }

        if (bool.Parse(context.Settings[AwsSettings.Replace])
            && await FleetReplacement.CompleteAsync(context, fleet, repoint).ConfigureAwait(false) is { } notCompleted)
        {
            return notCompleted;
        }

        if (drift.Changeable.Count == 0)
        {
            LogExists(context.Log, fleet.Name!, fleet.FleetId);
        }
        else if (fleet.Status != FleetStatus.ACTIVE)
        {
            drift.Report(context, fleet, details);
            LogLater(context.Log, fleet.Name!, fleet.FleetId);
        }
        else
        {
            ResourceTags.Of(context, ResourceTags.Fleet).ThrowIfAnothers(
                "fleet", fleet.Name!, await context.GameLiftTagsAsync(FleetDeletion.ArnOf(context, fleet)).ConfigureAwait(false));
            await drift.ApplyAsync(context, fleet).ConfigureAwait(false);
        }

        return BackendResult.Success(details);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fleet {Name} ({FleetId}) can be changed once it is ACTIVE: create it again then")]
    private static partial void LogLater(ILogger logger, string name, string? fleetId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The fleet {Name} ({FleetId}) exists already; nothing to create")]
    private static partial void LogExists(ILogger logger, string name, string? fleetId);
}
