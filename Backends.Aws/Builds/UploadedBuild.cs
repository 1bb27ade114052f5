using System.Text.Json.Nodes;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Aws.Provisioning;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>The packaged server as a build on GameLift, in S3 storage of its own.</summary>
internal sealed partial class UploadedBuild(AwsClients clients) : AwsResource(clients)
{
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
        AwsConsole.Browse("gamelift/builds?region=[region]"),
    ];

    private static async Task<BackendResult> CheckAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        LogChecking(context.Log, name, context.Region);
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        if (builds.Find(build => build.Status == BuildStatus.READY) is { } ready)
        {
            LogReady(context.Log, name, ready.BuildId, ready.Version, Detail.Time(ready.CreationTime));
            return BackendResult.Success(Details(ready));
        }

        return builds switch
        {
            [] => BackendResult.Failure(
                $"There is no build named {name} in {context.Region}.",
                "Upload the packaged server.",
                new JsonObject { [BackendResult.StateDetail] = BackendResult.AbsentState }),
            [var newest, ..] when newest.Status == BuildStatus.INITIALIZED => BackendResult.Failure(
                $"The build {name} ({newest.BuildId}) is not ready: it is INITIALIZED, that is, GameLift waits for its upload or is "
                + "taking it in.",
                "Check it again in a minute. If no upload is running any more, upload it again: that completes it.",
                Details(newest)),
            [var newest, ..] => BackendResult.Failure(
                $"The build {name} ({newest.BuildId}) cannot be used: it is {newest.Status!.Value}.",
                "Delete it and upload it again.",
                Details(newest)),
        };
    }

    private static async Task<BackendResult> CreateAsync(AwsContext context)
    {
        var settings = context.Settings;
        var name = settings[AwsSettings.ServerPackageName];
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        if (builds.Find(build => build.Status == BuildStatus.READY) is { } existing)
        {
            LogExists(context.Log, name, existing.BuildId, existing.Version, Detail.Time(existing.CreationTime));
            return BackendResult.Success(Details(existing));
        }

        var survey = Survey(context);
        var build = await BuildRecord.CreateAsync(context, name, builds).ConfigureAwait(false);
        try
        {
            await build.UploadAsync(context, survey).ConfigureAwait(false);
            var ready = await BuildReadiness.WaitForAsync(context, name, build.BuildId).ConfigureAwait(false);
            LogReady(context.Log, name, ready.BuildId, ready.Version, Detail.Time(ready.CreationTime));
            return BackendResult.Success(Details(ready));
        }
        catch
        {
            await build.RemoveAsync(context).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Looks at all that will be packed before anything is asked of AWS.</summary>
    private static PackageManifest Survey(AwsContext context)
    {
        var root = context.Settings[AwsSettings.ServerPackageRoot];
        LogSurveying(context.Log, root);
        var survey = PackageManifest.Run(root, context.Settings[AwsSettings.ServerPackageOs], context.Cancellation);
        foreach (var warning in survey.Warnings)
        {
            LogWarning(context.Log, warning);
        }

        foreach (var sentence in survey.ExcludedFiles.Sentences())
        {
            LogLeftOut(context.Log, sentence);
        }

        LogSurveyed(context.Log, ByteText.Count(survey.Files.Count, "file"), ByteText.Of(survey.TotalBytes));
        return survey;
    }

    private static async Task<BackendResult> DeleteAsync(AwsContext context)
    {
        var name = context.Settings[AwsSettings.ServerPackageName];
        var builds = await context.BuildsNamedAsync(name).ConfigureAwait(false);
        if (builds.Count == 0)
        {
            LogNothingToDelete(context.Log, name, context.Region);
        }

        foreach (var build in builds)
        {
            LogDeleting(context.Log, name, build.BuildId, build.Version);
            try
            {
                await context.Clients.GameLift.DeleteBuildAsync(
                    new DeleteBuildRequest { BuildId = build.BuildId }, context.Cancellation).ConfigureAwait(false);
            }
            catch (NotFoundException)
            {
                // somebody else has deleted it meanwhile
            }

            LogDeleted(context.Log, name, build.BuildId);
        }

        return BackendResult.Success(new JsonObject
        {
            [BackendResult.StateDetail] = BackendResult.AbsentState,
            ["Deleted"] = new JsonArray([.. builds.Select(build => JsonValue.Create(build.BuildId))]),
        });
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
        ["Created"] = Detail.Time(build.CreationTime),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking for the build {Name} in {Region}")]
    private static partial void LogChecking(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "The build {Name} ({BuildId}, version {Version}) of {Created} is READY")]
    private static partial void LogReady(ILogger logger, string name, string? buildId, string? version, string? created);

    [LoggerMessage(Level = LogLevel.Information, Message = "The build {Name} ({BuildId}, version {Version}) of {Created} is there "
        + "already and READY; nothing was uploaded. To upload a newer package under this name, delete the build first")]
    private static partial void LogExists(ILogger logger, string name, string? buildId, string? version, string? created);

    [LoggerMessage(Level = LogLevel.Information, Message = "Looking through the package in {Root}")]
    private static partial void LogSurveying(ILogger logger, string root);

    [LoggerMessage(Level = LogLevel.Information, Message = "To be packed: {Files}, {Size}")]
    private static partial void LogSurveyed(ILogger logger, string files, string size);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Sentence}")]
    private static partial void LogLeftOut(ILogger logger, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(Level = LogLevel.Information, Message = "There is no build {Name} in {Region}; nothing to delete")]
    private static partial void LogNothingToDelete(ILogger logger, string name, string region);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting the build {Name} ({BuildId}, version {Version})")]
    private static partial void LogDeleting(ILogger logger, string name, string? buildId, string? version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted the build {Name} ({BuildId})")]
    private static partial void LogDeleted(ILogger logger, string name, string? buildId);
}
