using Amazon.GameLift;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Packing;
using FleetBridge.Backends.Aws.Provisioning;
using FleetBridge.Backends.Aws.Uploading;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>A build as GameLift registers it before its zip has come, with the place and the credentials for that.</summary>
internal sealed partial class BuildRecord
{
    /// <summary>Removing the record takes one call, and the bridge may be stopping.</summary>
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(15);

    private readonly string _name;
    private readonly S3Location _location;
    private readonly AwsCredentials _credentials;

    private BuildRecord(string name, string buildId, S3Location location, AwsCredentials credentials) =>
        (_name, BuildId, _location, _credentials) = (name, buildId, location, credentials);

    /// <summary>The build's id.</summary>
    public string BuildId { get; }

    /// <summary>Registers a build, or takes up one whose upload was stopped, so that none is left behind.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="name">The build's name.</param>
    /// <param name="existing">The builds of that name; none is READY.</param>
    /// <exception cref="BackendException">The account's quota is used up.</exception>
    public static async Task<BuildRecord> CreateAsync(AwsContext context, string name, IReadOnlyList<Build> existing)
    {
        if (await TakeUpAsync(context, name, existing).ConfigureAwait(false) is { } stopped)
        {
            return stopped;
        }

        try
        {
            return await context.MakeOnceAsync(
                $"the build {name}",
                () => RegisterAsync(context, name),
                async () => await TakeUpAsync(
                    context, name, await context.BuildsNamedAsync(name).ConfigureAwait(false)).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (ConflictException exception)
        {
            throw await OverQuotaAsync(context, exception).ConfigureAwait(false);
        }
    }

    /// <summary>Packs the package and uploads it.</summary>
    /// <param name="context">The operation.</param>
    /// <param name="survey">The package.</param>
    /// <exception cref="BackendException">It cannot be packed, or S3 refuses it.</exception>
    public Task UploadAsync(AwsContext context, PackageManifest survey) => BuildUpload.RunAsync(
        new UploadOrder(
            _name,
            survey,
            new UploadTarget(_location.Bucket!, _location.Key!),
            Signing(context, _credentials),
            async cancellation =>
            {
                LogRenewing(context.Log, _name);
                var answer = await context.Clients.GameLift.RequestUploadCredentialsAsync(
                    new RequestUploadCredentialsRequest { BuildId = BuildId }, cancellation).ConfigureAwait(false);
                return Signing(context, answer.UploadCredentials!);
            },
            context.Region,
            context.Clients.IsProfile ? context.Clients.Source : null),
        context.Log,
        context.Bridge.Progress,
        context.Clock,
        context.Cancellation);

    /// <summary>Takes the record away after its upload has failed or was cancelled; says so when that fails too.</summary>
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
            // What failed first is what the user has to hear; the next create takes the record up.
            LogNotRemoved(context.Log, _name, BuildId, exception.Message);
        }
    }

    private static async Task<BuildRecord> RegisterAsync(AwsContext context, string name)
    {
        var settings = context.Settings;
        LogRegistering(context.Log, name, settings[AwsSettings.ServerPackageVersion], settings[AwsSettings.ServerPackageOs]);
        var answer = await context.Clients.GameLift.CreateBuildAsync(
            new CreateBuildRequest
            {
                Name = name,
                Version = settings[AwsSettings.ServerPackageVersion],
                OperatingSystem = Amazon.GameLift.OperatingSystem.FindValue(settings[AwsSettings.ServerPackageOs]),
                ServerSdkVersion = settings[AwsSettings.ServerSdkVersion],
            },
            context.Cancellation).ConfigureAwait(false);
        LogRegistered(context.Log, name, answer.Build!.BuildId);
        return new BuildRecord(name, answer.Build.BuildId!, answer.StorageLocation!, answer.UploadCredentials!);
    }

    /// <summary>The first of the builds that waits for its zip and is what the settings want.</summary>
    private static async Task<BuildRecord?> TakeUpAsync(AwsContext context, string name, IReadOnlyList<Build> builds)
    {
        foreach (var build in builds.Where(build => build.Status == BuildStatus.INITIALIZED && IsAsWanted(build, context.Settings)))
        {
            if (await TakeUpAsync(context, name, build).ConfigureAwait(false) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    private static async Task<BuildRecord?> TakeUpAsync(AwsContext context, string name, Build stopped)
    {
        try
        {
            var answer = await context.Clients.GameLift.RequestUploadCredentialsAsync(
                new RequestUploadCredentialsRequest { BuildId = stopped.BuildId }, context.Cancellation).ConfigureAwait(false);
            LogTakingUp(context.Log, name, stopped.BuildId);
            return new BuildRecord(name, stopped.BuildId!, answer.StorageLocation!, answer.UploadCredentials!);
        }
        catch (Exception exception) when (exception is NotFoundException or InvalidRequestException)
        {
            // deleted meanwhile, or its zip has come and GameLift is taking it in
            return null;
        }
    }

    private static bool IsAsWanted(Build build, Settings settings) =>
        build.Version == settings[AwsSettings.ServerPackageVersion]
        && build.OperatingSystem?.Value == settings[AwsSettings.ServerPackageOs]
        && build.ServerSdkVersion == settings[AwsSettings.ServerSdkVersion];

    private static async Task<BackendException> OverQuotaAsync(AwsContext context, ConflictException exception)
    {
        var builds = new List<Build>();
        await foreach (var build in context.AllBuildsAsync().ConfigureAwait(false))
        {
            builds.Add(build);
        }

        const int Named = 5;
        var oldest = builds.OrderBy(build => build.CreationTime).Take(Named)
            .Select(build => $"{build.Name} {build.Version} ({build.BuildId}, {ByteText.Of(build.SizeOnDisk ?? 0)})");
        return new BackendException(
            $"GameLift takes no more builds in {context.Region}: {exception.Message} There are {builds.Count:N0} builds of "
            + $"{ByteText.Of(builds.Sum(build => build.SizeOnDisk ?? 0))}; a region holds 1,000 builds and 100 GB.",
            $"Delete builds that no fleet uses any more. The oldest are: {string.Join("; ", oldest)}.",
            exception);
    }

    private static SessionAWSCredentials Signing(AwsContext context, AwsCredentials given)
    {
        var credentials = new SessionAWSCredentials(given.AccessKeyId, given.SecretAccessKey, given.SessionToken);
        context.Clients.Secrets.Keep(credentials.GetCredentials());
        return credentials;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registering the build {Name}, version {Version}, for {OperatingSystem}")]
    private static partial void LogRegistering(ILogger logger, string name, string version, string operatingSystem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered the build {Name} ({BuildId})")]
    private static partial void LogRegistered(ILogger logger, string name, string? buildId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Taking up the build {Name} ({BuildId}), whose upload was stopped")]
    private static partial void LogTakingUp(ILogger logger, string name, string? buildId);

    [LoggerMessage(Level = LogLevel.Information, Message = "The upload of {Name} takes longer than its credentials last; asking for new ones")]
    private static partial void LogRenewing(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed the build {Name} ({BuildId}) again, since it did not become complete")]
    private static partial void LogRemoved(ILogger logger, string name, string buildId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The build {Name} ({BuildId}) did not become complete and could not be removed: "
        + "{Reason}. The next upload takes it up")]
    private static partial void LogNotRemoved(ILogger logger, string name, string buildId, string reason);
}
