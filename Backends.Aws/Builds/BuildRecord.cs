using System.Security.Cryptography;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.Uploading;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>A build that GameLift has registered, with the S3 location and the credentials for its upload.</summary>
internal sealed partial class BuildRecord
{
    /// <summary>The deletion is one call, and the bridge may be stopping.</summary>
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(15);

    /// <summary>The time in which another process that claims the same build is seen.</summary>
    private static readonly TimeSpan ClaimDelay = TimeSpan.FromSeconds(2);

    private readonly string _name;
    private readonly string _arn;
    private readonly string _run;
    private readonly bool _isOwn;
    private readonly S3Location _location;
    private readonly AwsCredentials _credentials;

    private BuildRecord(
        string name, (string Id, string Arn) build, (string Id, bool HasMade) run, S3Location location, AwsCredentials credentials) =>
        (_name, BuildId, _arn, _run, _isOwn, _location, _credentials) =
            (name, build.Id, build.Arn, run.Id, run.HasMade, location, credentials);

    public string BuildId { get; }

    /// <summary>Registers a build, or takes one up whose upload was interrupted and whose maker is gone, so that none is left behind.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The build's name.</param>
    /// <param name="existing">The builds of that name; none is READY.</param>
    /// <exception cref="BackendException">Somebody is uploading it, or the account's quota is used up.</exception>
    public static async Task<BuildRecord> CreateAsync(AwsContext context, string name, IReadOnlyList<Build> existing)
    {
        var run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        if (await TakeUpAsync(context, name, run, existing).ConfigureAwait(false) is { } takenUp)
        {
            return takenUp;
        }

        try
        {
            return await context.CreateOnceAsync(
                $"the build {name}",
                () => RegisterAsync(context, name, run),
                () => FindOwnAsync(context, name, run)).ConfigureAwait(false);
        }
        catch (ConflictException exception)
        {
            throw await OverQuotaAsync(context, exception).ConfigureAwait(false);
        }
    }

    /// <summary>Renews the build's mark until the result is disposed.</summary>
    public MarkRenewal KeepMarked(AwsContext context) => new(context, _arn, _run);

    /// <summary>Packs the package and uploads it.</summary>
    /// <exception cref="BackendException">It cannot be packed, or S3 rejects it.</exception>
    public Task UploadAsync(AwsContext context, PackageManifest manifest) => BuildUpload.RunAsync(
        new UploadRequest(
            _name,
            manifest,
            new UploadTarget(_location.Bucket!, _location.Key!),
            SessionCredentials(context, _credentials),
            async cancellation =>
            {
                LogRenewing(context.Log, _name);
                var response = await context.Clients.GameLift.RequestUploadCredentialsAsync(
                    new RequestUploadCredentialsRequest { BuildId = BuildId }, cancellation).ConfigureAwait(false);
                return SessionCredentials(context, response.UploadCredentials!);
            },
            context.Region,
            config => context.Clients.Settings.Apply(config, context.Clients.Region)),
        context.Log,
        context.Bridge.Progress,
        context.Clock,
        context.Cancellation);

    /// <summary>
    /// Deletes the build after its upload has failed or was cancelled, if this process has made it; another one is left to the next
    /// upload. Logs when that fails too.
    /// </summary>
    /// <param name="context">The operation, which may be cancelled.</param>
    public async Task RemoveAsync(AwsContext context)
    {
        using var limit = new CancellationTokenSource(RemovalLimit, context.Clock);
        var ending = context.With(limit.Token);
        try
        {
            // Whoever has taken it up since (because this machine slept, say) continues it.
            var tags = await ending.GameLiftTagsAsync(_arn).ConfigureAwait(false);
            if (UploadMark.Find(tags) is { } mark && mark.Run != _run)
            {
                LogLost(context.Log, _name, BuildId, mark.Maker.Machine, mark.Maker.ProcessId);
                return;
            }

            if (!_isOwn)
            {
                await ending.TryTagAsync(() => TagAsync(ending, _arn, UploadMark.Released())).ConfigureAwait(false);
                LogKept(context.Log, _name, BuildId);
                return;
            }

            await context.Clients.GameLift.DeleteBuildAsync(
                new DeleteBuildRequest { BuildId = BuildId }, limit.Token).ConfigureAwait(false);
            LogRemoved(context.Log, _name, BuildId);
        }
        catch (NotFoundException)
        {
            LogRemoved(context.Log, _name, BuildId);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or OperationCanceledException
            or HttpRequestException)
        {
            // The user needs the first failure; the next create resumes the build.
            LogNotRemoved(context.Log, _name, BuildId, exception.Message);
        }
    }

    private static async Task<BuildRecord> RegisterAsync(AwsContext context, string name, string run)
    {
        var settings = context.Settings;
        LogRegistering(context.Log, name, settings[AwsSettings.ServerPackageVersion], settings[AwsSettings.ServerPackageOs]);
        var tags = ResourceTags.Of(context, ResourceTags.UploadedBuild).ToMap();
        foreach (var (key, value) in UploadMark.Of(context, run).ToMap())
        {
            tags[key] = value;
        }

        var response = await context.WithTagsAsync(tags, given => context.Clients.GameLift.CreateBuildAsync(
            new CreateBuildRequest
            {
                Name = name,
                Version = settings[AwsSettings.ServerPackageVersion],
                OperatingSystem = Amazon.GameLift.OperatingSystem.FindValue(settings[AwsSettings.ServerPackageOs]),
                ServerSdkVersion = settings[AwsSettings.ServerSdkVersion],
                Tags = given.ToGameLift(),
            },
            context.Cancellation)).ConfigureAwait(false);
        var build = response.Build!;
        LogRegistered(context.Log, name, build.BuildId);
        return new BuildRecord(
            name, (build.BuildId!, UploadMark.ArnOf(context, build)), (run, true), response.StorageLocation!, response.UploadCredentials!);
    }

    /// <summary>The build that this upload has registered by a call whose response was lost.</summary>
    private static async Task<BuildRecord?> FindOwnAsync(AwsContext context, string name, string run)
    {
        foreach (var build in await context.BuildsNamedAsync(name).ConfigureAwait(false))
        {
            if (build.Status == BuildStatus.INITIALIZED
                && UploadMark.Find(await context.GameLiftTagsAsync(UploadMark.ArnOf(context, build)).ConfigureAwait(false))?.Run == run)
            {
                return await RequestAsync(context, name, build, (run, true)).ConfigureAwait(false);
            }
        }

        return null;
    }

    /// <summary>The first of the builds that waits for its upload, matches the settings, and belongs to nobody else.</summary>
    /// <exception cref="BackendException">Somebody is uploading one that matches.</exception>
    private static async Task<BuildRecord?> TakeUpAsync(AwsContext context, string name, string run, IReadOnlyList<Build> builds)
    {
        foreach (var build in builds.Where(build => build.Status == BuildStatus.INITIALIZED && Matches(build, context.Settings)))
        {
            var arn = UploadMark.ArnOf(context, build);
            var tags = await context.GameLiftTagsAsync(arn).ConfigureAwait(false);
            var owner = ResourceTags.Of(context, ResourceTags.UploadedBuild).OwnerOf(tags);
            var busy = UploadMark.Busy(build, tags, context.Clock.GetUtcNow());
            if (busy is not null && UploadMark.Find(tags) is not null)
            {
                throw Busy(name, build.BuildId!, busy);
            }

            if (busy is not null || owner == Owner.AnotherDeployment)
            {
                LogNotOurs(context.Log, name, build.BuildId, busy ?? ResourceTags.Describe(tags!));
            }
            else if (await ClaimAsync(context, name, build, run).ConfigureAwait(false)
                && await RequestAsync(context, name, build, (run, false)).ConfigureAwait(false) is { } record)
            {
                LogResuming(context.Log, name, build.BuildId);
                return record;
            }
        }

        return null;
    }

    /// <summary>Marks a build as this upload's; of two that do so at the same time, the last one has it.</summary>
    /// <returns>Whether it is this upload's; also where the identity may not tag.</returns>
    private static async Task<bool> ClaimAsync(AwsContext context, string name, Build build, string run)
    {
        var arn = UploadMark.ArnOf(context, build);
        try
        {
            if (!await context.TryTagAsync(() => TagAsync(context, arn, UploadMark.Of(context, run).ToMap())).ConfigureAwait(false))
            {
                return true;
            }
        }
        catch (NotFoundException)
        {
            return false;
        }

        await Task.Delay(ClaimDelay, context.Clock, context.Cancellation).ConfigureAwait(false);
        var tags = await context.GameLiftTagsAsync(arn).ConfigureAwait(false);
        return UploadMark.Find(tags) is { } mark && mark.Run != run
            ? throw Busy(name, build.BuildId!, UploadMark.Busy(build, tags, context.Clock.GetUtcNow()) ?? "another process has taken it up")
            : true;
    }

    private static BackendException Busy(string name, string buildId, string reason) => new(
        $"The build {name} ({buildId}) is not this process's to upload: {reason}.",
        "Wait until it is READY ('fleetbridge check uploaded_build'), or choose another --server-package-name. An upload whose process has "
        + "ended is continued: at once on its own machine, after 20 minutes on another.");

    /// <summary>Writes tags of a build.</summary>
    internal static Task TagAsync(AwsContext context, string arn, Dictionary<string, string> tags) =>
        context.Clients.GameLift.TagResourceAsync(
            new TagResourceRequest { ResourceARN = arn, Tags = tags.ToGameLift() }, context.Cancellation);

    private static async Task<BuildRecord?> RequestAsync(AwsContext context, string name, Build build, (string Id, bool HasMade) run)
    {
        try
        {
            var response = await context.Clients.GameLift.RequestUploadCredentialsAsync(
                new RequestUploadCredentialsRequest { BuildId = build.BuildId }, context.Cancellation).ConfigureAwait(false);
            return new BuildRecord(
                name, (build.BuildId!, UploadMark.ArnOf(context, build)), run, response.StorageLocation!, response.UploadCredentials!);
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException)
        {
            // deleted in the meantime, or uploaded and being processed
            return null;
        }
    }

    private static bool Matches(Build build, Settings settings) =>
        build.Version == settings[AwsSettings.ServerPackageVersion]
        && build.OperatingSystem?.Value == settings[AwsSettings.ServerPackageOs]
        && build.ServerSdkVersion == settings[AwsSettings.ServerSdkVersion];

    private static async Task<BackendException> OverQuotaAsync(AwsContext context, ConflictException exception)
    {
        var builds = await context.AllBuildsAsync().ToListAsync(context.Cancellation).ConfigureAwait(false);

        const int Shown = 5;
        var oldest = builds.OrderBy(build => build.CreationTime).Take(Shown)
            .Select(build => $"{build.Name} {build.Version} ({build.BuildId}, {ByteText.Of(build.SizeOnDisk ?? 0)})");
        return new BackendException(
            $"GameLift accepts no more builds in {context.Region}: {exception.Message} There are {builds.Count:N0} builds with "
            + $"{ByteText.Of(builds.Sum(build => build.SizeOnDisk ?? 0))}; the quota of a region is 1,000 builds and 100 GB.",
            $"Delete builds that no fleet uses. The oldest are: {string.Join("; ", oldest)}.",
            exception);
    }

    private static SessionAWSCredentials SessionCredentials(AwsContext context, AwsCredentials received)
    {
        var credentials = new SessionAWSCredentials(received.AccessKeyId, received.SecretAccessKey, received.SessionToken);
        context.Clients.Secrets.Add(credentials.GetCredentials());
        return credentials;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registering the build {Name}, version {Version}, for {OperatingSystem}")]
    private static partial void LogRegistering(ILogger logger, string name, string version, string operatingSystem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered the build {Name} ({BuildId})")]
    private static partial void LogRegistered(ILogger logger, string name, string? buildId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Continuing with the build {Name} ({BuildId}), whose upload was interrupted")]
    private static partial void LogResuming(ILogger logger, string name, string? buildId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leaving the build {Name} ({BuildId}), which waits for its upload: {Reason}. A new "
        + "one is registered beside it")]
    private static partial void LogNotOurs(ILogger logger, string name, string? buildId, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Leaving the build {Name} ({BuildId}), which another process has made; the next "
        + "upload continues with it")]
    private static partial void LogKept(ILogger logger, string name, string buildId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leaving the build {Name} ({BuildId}): {Machine} (process {ProcessId}) has taken its "
        + "upload up")]
    private static partial void LogLost(ILogger logger, string name, string buildId, string machine, int processId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload of {Name} is taking longer than its credentials are valid; requesting new ones")]
    private static partial void LogRenewing(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the build {Name} ({BuildId}), because its upload did not complete")]
    private static partial void LogRemoved(ILogger logger, string name, string buildId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The incomplete build {Name} ({BuildId}) could not be removed: {Reason}. "
        + "The next upload continues with it")]
    private static partial void LogNotRemoved(ILogger logger, string name, string buildId, string reason);
}
