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

    private readonly string _name;
    private readonly S3Location _location;
    private readonly AwsCredentials _credentials;

    private BuildRecord(string name, string buildId, S3Location location, AwsCredentials credentials) =>
        (_name, BuildId, _location, _credentials) = (name, buildId, location, credentials);

    public string BuildId { get; }

    /// <summary>Registers a build, or resumes one whose upload was interrupted, so that none is left behind.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The build's name.</param>
    /// <param name="existing">The builds of that name; none is READY.</param>
    /// <exception cref="BackendException">The account's quota is used up.</exception>
    public static async Task<BuildRecord> CreateAsync(AwsContext context, string name, IReadOnlyList<Build> existing)
    {
        if (await ResumeAsync(context, name, existing).ConfigureAwait(false) is { } resumed)
        {
            return resumed;
        }

        try
        {
            return await context.CreateOnceAsync(
                $"the build {name}",
                () => RegisterAsync(context, name),
                async () => await ResumeAsync(
                    context, name, await context.BuildsNamedAsync(name).ConfigureAwait(false)).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ConflictException exception)
        {
            throw await OverQuotaAsync(context, exception).ConfigureAwait(false);
        }
    }

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

    /// <summary>Deletes the build after its upload has failed or was cancelled; logs when that fails too.</summary>
    /// <param name="context">The operation, which may be cancelled.</param>
    public async Task RemoveAsync(AwsContext context)
    {
        using var limit = new CancellationTokenSource(RemovalLimit, context.Clock);
        try
        {
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

    private static async Task<BuildRecord> RegisterAsync(AwsContext context, string name)
    {
        var settings = context.Settings;
        LogRegistering(context.Log, name, settings[AwsSettings.ServerPackageVersion], settings[AwsSettings.ServerPackageOs]);
        var response = await context.Clients.GameLift.CreateBuildAsync(
            new CreateBuildRequest
            {
                Name = name,
                Version = settings[AwsSettings.ServerPackageVersion],
                OperatingSystem = Amazon.GameLift.OperatingSystem.FindValue(settings[AwsSettings.ServerPackageOs]),
                ServerSdkVersion = settings[AwsSettings.ServerSdkVersion],
            },
            context.Cancellation).ConfigureAwait(false);
        LogRegistered(context.Log, name, response.Build!.BuildId);
        return new BuildRecord(name, response.Build.BuildId!, response.StorageLocation!, response.UploadCredentials!);
    }

    /// <summary>The first of the builds that waits for its upload and matches the settings.</summary>
    private static async Task<BuildRecord?> ResumeAsync(AwsContext context, string name, IReadOnlyList<Build> builds)
    {
        foreach (var build in builds.Where(build => build.Status == BuildStatus.INITIALIZED && Matches(build, context.Settings)))
        {
            if (await ResumeAsync(context, name, build).ConfigureAwait(false) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    private static async Task<BuildRecord?> ResumeAsync(AwsContext context, string name, Build interrupted)
    {
        try
        {
            var response = await context.Clients.GameLift.RequestUploadCredentialsAsync(
                new RequestUploadCredentialsRequest { BuildId = interrupted.BuildId }, context.Cancellation).ConfigureAwait(false);
            LogResuming(context.Log, name, interrupted.BuildId);
            return new BuildRecord(name, interrupted.BuildId!, response.StorageLocation!, response.UploadCredentials!);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload of {Name} is taking longer than its credentials are valid; requesting new ones")]
    private static partial void LogRenewing(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the build {Name} ({BuildId}), because its upload did not complete")]
    private static partial void LogRemoved(ILogger logger, string name, string buildId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The incomplete build {Name} ({BuildId}) could not be removed: {Reason}. "
        + "The next upload continues with it")]
    private static partial void LogNotRemoved(ILogger logger, string name, string buildId, string reason);
}
