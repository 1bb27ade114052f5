using Amazon;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Builds;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>What a deployment needs, examined for <c>fleetbridge doctor</c>.</summary>
internal sealed class AwsEnvironmentChecks(AwsClients clients)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<EnvironmentCheck> All =>
    [
        new("package", context => Task.FromResult(ExaminePackage(context))),
        new("profile", context => Task.FromResult(ExamineProfile(context))),
        new("region", context => Task.FromResult(ExamineRegion(context))),
        new("endpoints", context => Task.FromResult(EndpointCheck.Run(Find(context)))),
        new("credentials", context => IdentityCheck.RunAsync(Find(context), clients, context)),
        new("clock", context => ClockCheck.RunAsync(Find(context), context)),
    ];

    private CheckResult ExamineProfile(BackendContext context)
    {
        var set = clients.For(context);
        return new(CheckStatus.Ok, set.IsProfile
            ? $"The AWS profile '{set.Source}' is there."
            : $"There is no profile: the credentials are from {set.Source}.");
    }

    private static CheckResult ExamineRegion(BackendContext context)
    {
        var name = context.Settings[AwsSettings.RegionName];
        return RegionEndpoint.EnumerableAllRegions.FirstOrDefault(region => region.SystemName == name) is { } known
            ? new(CheckStatus.Ok, $"{name} is {known.DisplayName}.")
            : new(CheckStatus.Warning,
                $"No region {name} is known: it is mistyped, or newer than this program.",
                "Choose one such as us-west-2 in the plugin's settings (AWSRegion, or --region-name).");
    }

    private static CheckResult ExaminePackage(BackendContext context)
    {
        var settings = context.Settings;
        var root = PackagedBuild.Absolute(settings.Find(AwsSettings.ServerPackageRoot));
        var launchPath = settings.Find(AwsSettings.FleetLaunchPath);
        if (root is null && launchPath is null)
        {
            return new(CheckStatus.Warning,
                "No package folder is set, so it was not examined.",
                "Name the project (--project), or --server-package-root and --fleet-launch-path.");
        }

        var report = PackageInspection.Run(
            root, launchPath, PackagedBuild.Absolute(settings.Find(AwsSettings.ProjectRoot)), settings[AwsSettings.ServerPackageOs]);
        var all = report.Problems.Count > 0 ? report.Problems : report.Warnings;
        return all.Count == 0
            ? new(CheckStatus.Ok, $"The packaged server in {root} is complete.")
            : new(
                report.Problems.Count > 0 ? CheckStatus.Failed : CheckStatus.Warning,
                string.Join(" ", all),
                PackagedBuild.Remedy);
    }

    /// <summary>Null where the profile is at fault: its own check says so.</summary>
    private ClientSet? Find(BackendContext context)
    {
        try
        {
            return clients.For(context);
        }
        catch (BackendException)
        {
            return null;
        }
    }
}
