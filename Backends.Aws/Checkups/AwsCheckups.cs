using Amazon;
using Backends.Aws.Account;
using Backends.Aws.Deployment;

namespace Backends.Aws.Checkups;

/// <summary>What a deployment needs, examined for <c>fleetbridge doctor</c>.</summary>
internal sealed class AwsCheckups(AwsClients clients)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Checkup> All =>
    [
        new("package", context => Task.FromResult(ExaminePackage(context))),
        new("profile", context => Task.FromResult(ExamineProfile(context))),
        new("region", context => Task.FromResult(ExamineRegion(context))),
        new("endpoints", context => Task.FromResult(EndpointCheckup.Run(Find(context)))),
        new("credentials", context => IdentityCheckup.RunAsync(Find(context), clients, context)),
        new("clock", context => ClockCheckup.RunAsync(Find(context), context)),
    ];

    private Finding ExamineProfile(BackendContext context)
    {
        var set = Of(context);
        return new(FindingState.Ok, set.IsProfile
            ? $"The AWS profile '{set.Source}' is there."
            : $"There is no profile: the credentials are from {set.Source}.");
    }

    private static Finding ExamineRegion(BackendContext context)
    {
        var name = context.Settings[AwsSettings.RegionName];
        return RegionEndpoint.EnumerableAllRegions.FirstOrDefault(region => region.SystemName == name) is { } known
            ? new(FindingState.Ok, $"{name} is {known.DisplayName}.")
            : new(FindingState.Warning,
                $"No region {name} is known: it is mistyped, or newer than this program.",
                "Choose one such as us-west-2 in the plugin's settings (AWSRegion, or --region-name).");
    }

    private static Finding ExaminePackage(BackendContext context)
    {
        var settings = context.Settings;
        var root = PackagedBuild.Absolute(settings.Find(AwsSettings.ServerPackageRoot));
        var launchPath = settings.Find(AwsSettings.FleetLaunchPath);
        if (root is null && launchPath is null)
        {
            return new(FindingState.Warning,
                "No package folder is set, so it was not examined.",
                "Name the project (--project), or --server-package-root and --fleet-launch-path.");
        }

        var report = PackageInspection.Run(
            root, launchPath, PackagedBuild.Absolute(settings.Find(AwsSettings.ProjectRoot)), settings[AwsSettings.ServerPackageOs]);
        var all = report.Problems.Count > 0 ? report.Problems : report.Warnings;
        return all.Count == 0
            ? new(FindingState.Ok, $"The packaged server in {root} is complete.")
            : new(
                report.Problems.Count > 0 ? FindingState.Failed : FindingState.Warning,
                string.Join(" ", all),
                PackagedBuild.Remedy);
    }

    private ClientSet Of(BackendContext context) => clients.For(
        context.Settings.Find(AwsSettings.ProfileName), context.Settings[AwsSettings.RegionName], context.Clock);

    /// <summary>Null where the profile is at fault: its own check says so.</summary>
    private ClientSet? Find(BackendContext context)
    {
        try
        {
            return Of(context);
        }
        catch (BackendException)
        {
            return null;
        }
    }
}
