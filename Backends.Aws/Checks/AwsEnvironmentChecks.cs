using Amazon;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Builds;
using FleetBridge.Backends.Aws.Packages;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>The checks of <c>fleetbridge doctor</c> for what a deployment needs.</summary>
internal sealed class AwsEnvironmentChecks(AwsClients clients)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<EnvironmentCheck> All =>
    [
        new("package", context => Task.FromResult(CheckPackage(context))),
        new("profile", context => Task.FromResult(CheckProfile(context))),
        new("region", context => Task.FromResult(CheckRegion(context))),
        new("endpoints", context => Task.FromResult(EndpointCheck.Run(Find(context)))),
        new("credentials", context => IdentityCheck.RunAsync(Find(context), clients, context)),
        new("clock", context => ClockCheck.RunAsync(Find(context), clients.RegionOf(context.Settings).Name, context)),
    ];

    private CheckResult CheckProfile(BackendContext context)
    {
        var set = clients.For(context);
        return new(CheckStatus.Ok, set.IsProfile
            ? $"The AWS profile '{set.Source}' exists."
            : $"No profile is used: the credentials come from {set.Source}.");
    }

    private CheckResult CheckRegion(BackendContext context)
    {
        var choice = clients.RegionOf(context.Settings);
        var (name, origin) = (choice.Name, choice.IsFromAws ? $", which {choice.Origin} names" : "");
        return RegionEndpoint.EnumerableAllRegions.FirstOrDefault(region => region.SystemName == name) is { } known
            ? new(CheckStatus.Ok, $"{name} is {known.DisplayName}{origin}.")
            : new(CheckStatus.Warning,
                $"The region {name} is unknown{origin}: it is misspelled, or newer than this program.",
                "Choose one such as us-west-2 in the plugin's settings (AWSRegion, or --region-name).");
    }

    private static CheckResult CheckPackage(BackendContext context)
    {
        var settings = context.Settings;
        if (settings.Find(AwsSettings.ServerPackageRoot) is null && settings.Find(AwsSettings.FleetLaunchPath) is null)
        {
            return new(CheckStatus.Warning,
                "The package was not checked, because no package folder is set.",
                "Use --project, or --server-package-root and --fleet-launch-path.");
        }

        var report = PackageInspection.Run(settings);
        var all = report.Problems.Count > 0 ? report.Problems : report.Warnings;
        return all.Count == 0
            ? new(CheckStatus.Ok, $"The packaged server in {report.Root} is complete.")
            : new(
                report.Problems.Count > 0 ? CheckStatus.Failed : CheckStatus.Warning,
                string.Join(" ", all),
                PackagedBuild.Remedy);
    }

    /// <summary>The clients; null when the profile has a problem, which its own check reports.</summary>
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
