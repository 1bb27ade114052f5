using System.Text.Json.Nodes;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Packages;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Files;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>The packaged server as a build on GameLift, which stores it in S3.</summary>
internal sealed partial class UploadedBuild(AwsClients clients) : AwsResource(clients)
{
    private const string Kind = "build";

    /// <inheritdoc/>
    public override string Path => "deployment/uploaded_build";

    /// <inheritdoc/>
    public override IReadOnlyList<string> DependsOn => ["deployment/packaged_build"];

    /// <inheritdoc/>
    public override string CostOfKeeping => "Nothing; it counts towards the account's 1,000 builds and 100 GB in the region.";

    /// <inheritdoc/>
    public override IReadOnlyList<Operation> Operations =>
    [
        Operation.Check(OnAws(CheckAsync)),
        Operation.Create(OnAws(CreateAsync)),
        Operation.Delete(OnAws(DeleteAsync)),
        Browse("gamelift/builds?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        context.LogLookingFor(Kind, name);
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        if (builds.Find(build => build.Status == BuildStatus.READY) is { } ready)
        {
            LogReady(context.Log, name, ready.BuildId, ready.Version, ready.CreationTime.ToIso8601());
            return BackendResult.Success(Details(ready));
        }

        return builds switch
        {
            [] => context.Absent(Kind, name, "Upload the packaged server."),
            [var newest, ..] when newest.Status == BuildStatus.INITIALIZED => BackendResult.Failure(
                $"The build {name} ({newest.BuildId}) is not ready: it is INITIALIZED, so GameLift is waiting for the upload or "
                + "processing it.",
                "Check it again in a minute. If no upload is running, upload it again.",
                Details(newest)),
            [var newest, ..] => BackendResult.Failure(
                $"The build {name} ({newest.BuildId}) cannot be used: it is {newest.Status!.Value}.",
                "Delete it and upload it again.",
                Details(newest)),
        };
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        if (builds.Find(build => build.Status == BuildStatus.READY) is { } existing)
        {
            LogExists(context.Log, name, existing.BuildId, existing.Version, existing.CreationTime.ToIso8601());
            return BackendResult.Success(Details(existing));
        }

        var manifest = ReadPackage(context);
        var build = await BuildRecord.CreateAsync(context, name, builds).ConfigureAwait(false);
        try
        {
            await using var renewal = build.KeepMarked(context);
            await build.UploadAsync(context, manifest).ConfigureAwait(false);
            var ready = await BuildReadiness.WaitAsync(context, name, build.BuildId).ConfigureAwait(false);
            LogReady(context.Log, name, ready.BuildId, ready.Version, ready.CreationTime.ToIso8601());
            return BackendResult.Success(Details(ready));
        }
        catch
        {
            await build.RemoveAsync(context).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        return await context.DeleteAllAsync(
            ResourceTags.Of(context, ResourceTags.UploadedBuild),
            Kind,
            name,
            await Task.WhenAll(builds.Select(build => UploadMark.CandidateAsync(context, build))).ConfigureAwait(false),
            buildId => context.Clients.GameLift
                .DeleteBuildAsync(new DeleteBuildRequest { BuildId = buildId }, context.Cancellation)
                .IgnoreAsync<NotFoundException>()).ConfigureAwait(false);
    }

    /// <summary>Reads the whole package before the first call to AWS, so that a package with problems leaves no build behind.</summary>
    private static PackageManifest ReadPackage(AwsContext context)
    {
        var root = ProjectPath.Resolve(context.Settings[AwsSettings.ServerPackageRoot], context.Settings.Find(AwsSettings.ProjectRoot));
        LogReading(context.Log, root);
        if (context.Settings.Find(AwsSettings.FleetLaunchPath) is not null)
        {
            // whoever uploads without the check learns it half an hour before the fleet says it
            var report = PackageInspection.Run(context.Settings);
            foreach (var finding in report.Problems.Concat(report.Warnings))
            {
                LogWarning(context.Log, finding);
            }
        }

        var manifest = PackageManifest.Read(root, context.Settings[AwsSettings.ServerPackageOs], context.Cancellation);
        foreach (var warning in manifest.Warnings)
        {
            LogWarning(context.Log, warning);
        }

        foreach (var sentence in manifest.ExcludedFiles.Sentences())
        {
            LogExcluded(context.Log, sentence);
        }

        LogManifest(context.Log, ByteText.Count(manifest.Files.Count, "file"), ByteText.Of(manifest.TotalBytes));
        return manifest;
    }

    private static JsonObject Details(Build build) => new()
    {
        [BackendResult.StateDetail] = build.Status?.Value,
        ["Build Id"] = build.BuildId,
        ["Build ARN"] = build.BuildArn,
        ["Version"] = build.Version,
        ["Operating System"] = build.OperatingSystem?.Value,
        ["Server SDK Version"] = build.ServerSdkVersion,
        ["Size On Disk"] = build.SizeOnDisk,
        ["Created"] = build.CreationTime.ToIso8601(),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "The build {Name} ({BuildId}, version {Version}) of {Created} is READY")]
    private static partial void LogReady(ILogger logger, string name, string? buildId, string? version, string? created);

    [LoggerMessage(Level = LogLevel.Information, Message = "The build {Name} ({BuildId}, version {Version}) of {Created} exists already "
        + "and is READY; nothing was uploaded. To upload a newer package under this name, delete the build first")]
    private static partial void LogExists(ILogger logger, string name, string? buildId, string? version, string? created);

    [LoggerMessage(Level = LogLevel.Information, Message = "Reading the package in {Root}")]
    private static partial void LogReading(ILogger logger, string root);

    [LoggerMessage(Level = LogLevel.Information, Message = "To pack: {Files}, {Size}")]
    private static partial void LogManifest(ILogger logger, string files, string size);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sentence}")]
    private static partial void LogExcluded(ILogger logger, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);
}
