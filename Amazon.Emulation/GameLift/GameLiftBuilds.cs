using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on builds.</summary>
internal sealed class GameLiftBuilds(AwsEmulator aws)
{
    public void Register(OperationSet operations)
    {
        operations.Add<CreateBuildRequest, CreateBuildResponse>("CreateBuild", Create);
        operations.Add<RequestUploadCredentialsRequest, RequestUploadCredentialsResponse>("RequestUploadCredentials", RequestUploadCredentials);
        operations.Add<ListBuildsRequest, ListBuildsResponse>("ListBuilds", List);
        operations.Add<DescribeBuildRequest, DescribeBuildResponse>(
            "DescribeBuild", (call, request) => new() { Build = Seen(Find(call, request.BuildId)).ToShape() });
        operations.Add<DeleteBuildRequest>(
            "DeleteBuild", (call, request) => aws.Region(call.Region).Builds.Remove(Find(call, request.BuildId)));
    }

    /// <summary>Adds a build without an upload.</summary>
    public GameLiftBuild Add(
        EmulatedRegion region,
        string? name,
        string? version,
        string os,
        string sdkVersion,
        (string, string)? location = null,
        List<Tag>? tags = null)
    {
        var id = $"build-{Guid.NewGuid()}";
        var build = new GameLiftBuild
        {
            Id = id,
            Arn = $"arn:aws:gamelift:{region.Name}::build/{id}",
            Name = name,
            Version = version,
            OperatingSystem = os,
            ServerSdkVersion = sdkVersion,
            Created = aws.Clock.GetUtcNow(),
            Tags = GameLiftTags.Of(tags),
            Location = location ?? ($"prod-gamescale-builds-{region.Name}", $"{AwsEmulator.Account}/{id}"),
        };
        region.Builds.Add(build);
        return build;
    }

    /// <summary>The build of a call, by its id or its ARN.</summary>
    public GameLiftBuild Find(AwsCall call, string? id) =>
        aws.Region(call.Region).Builds.Find(build => build.Id == id || build.Arn == id)
        ?? throw new AwsError("NotFoundException", $"Build {id} could not be found.");

    private CreateBuildResponse Create(AwsCall call, CreateBuildRequest request)
    {
        var region = aws.Region(call.Region);
        if (aws.Rules.CreateBuildInterval is { } interval && !region.CreateBuildRate.Allows(aws.Clock.GetUtcNow(), 1, interval))
        {
            throw new AwsError(GameLiftService.Throttled.Code, GameLiftService.Throttled.Message);
        }

        if (region.Builds.Count >= aws.Rules.BuildQuota)
        {
            throw new AwsError("ConflictException", $"You have reached the maximum number of builds, {aws.Rules.BuildQuota}, in this region.");
        }

        if (region.Builds.Sum(build => build.SizeOnDisk) >= aws.Rules.BuildBytesQuota)
        {
            throw new AwsError(
                "ConflictException", $"The total size of the builds in this region exceeds the limit of {aws.Rules.BuildBytesQuota} bytes.");
        }

        var own = request.StorageLocation;
        var build = Add(
            region,
            request.Name,
            request.Version,
            request.OperatingSystem ?? "WINDOWS_2012",
            request.ServerSdkVersion ?? "4.0.2",
            own is null ? null : (own.Bucket!, own.Key!),
            request.Tags);
        if (own is not null)
        {
            // the caller's own zip is there already
            build.LooksLeft = aws.Rules.LooksUntilBuildReady;
            return new() { Build = build.ToShape(), StorageLocation = own };
        }

        return new() { Build = build.ToShape(), UploadCredentials = Credentials(build), StorageLocation = Location(build) };
    }

    private RequestUploadCredentialsResponse RequestUploadCredentials(AwsCall call, RequestUploadCredentialsRequest request)
    {
        var build = Find(call, request.BuildId);
        return build is { Status: "INITIALIZED", LooksLeft: null }
            ? new() { UploadCredentials = Credentials(build), StorageLocation = Location(build) }
            : throw new AwsError("InvalidRequestException", $"Build {build.Id} is not in INITIALIZED state; its content cannot be uploaded.");
    }

    private ListBuildsResponse List(AwsCall call, ListBuildsRequest request)
    {
        var status = request.Status;
        var builds = aws.Region(call.Region).Builds.Where(build => status is null || build.Status == status).ToList();
        var (page, next) = aws.Paging.Page(
            builds, $"ListBuilds {status}", request.Limit, request.NextToken, GameLiftService.WrongToken);
        return new() { Builds = [.. page.Select(build => Seen(build).ToShape())], NextToken = next };
    }

    private static S3Location Location(GameLiftBuild build) => new() { Bucket = build.Location.Bucket, Key = build.Location.Key };

    private AwsCredentials Credentials(GameLiftBuild build)
    {
        var key = aws.Keys.Temporary(
            $"arn:aws:sts::{AwsEmulator.Account}:assumed-role/gamelift-upload/{build.Id}",
            aws.Clock.GetUtcNow() + aws.Rules.UploadCredentialsLife,
            build.Location);
        return new() { AccessKeyId = key.Id, SecretAccessKey = key.Secret, SessionToken = key.Token };
    }

    /// <summary>A look at a build is what moves it on.</summary>
    private GameLiftBuild Seen(GameLiftBuild build)
    {
        if (build.Status == "INITIALIZED" && build.LooksLeft is { } left)
        {
            build.LooksLeft = left - 1;
            if (left <= 0)
            {
                build.Status = aws.Rules.BuildsFail ? "FAILED" : "READY";
            }
        }

        return build;
    }
}
