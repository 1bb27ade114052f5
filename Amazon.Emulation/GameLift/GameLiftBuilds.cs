using System.Text.Json.Nodes;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on builds.</summary>
internal sealed class GameLiftBuilds(AwsEmulator aws)
{
    public void Register(OperationSet operations)
    {
        operations["CreateBuild"] = Create;
        operations["RequestUploadCredentials"] = RequestUploadCredentials;
        operations["ListBuilds"] = List;
        operations["DescribeBuild"] = call => new() { ["Build"] = Seen(Find(call)).ToJson() };
        operations["DeleteBuild"] = call =>
        {
            aws.Region(call.Region).Builds.Remove(Find(call));
            return null;
        };
    }

    /// <summary>Adds a build without an upload.</summary>
    public GameLiftBuild Add(EmulatedRegion region, string? name, string? version, string os, string sdkVersion, (string, string)? location = null)
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
            Location = location ?? ($"prod-gamescale-builds-{region.Name}", $"{AwsEmulator.Account}/{id}"),
        };
        region.Builds.Add(build);
        return build;
    }

    /// <summary>The build of a call; an id and an ARN are both taken.</summary>
    public GameLiftBuild Find(AwsCall call) =>
        aws.Region(call.Region).Builds.Find(build => build.Id == call.Text("BuildId") || build.Arn == call.Text("BuildId"))
        ?? throw new AwsError("NotFoundException", $"Build {call.Text("BuildId")} could not be found.");

    private JsonObject Create(AwsCall call)
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

        var own = call.Input["StorageLocation"] as JsonObject;
        var build = Add(
            region,
            call.Text("Name"),
            call.Text("Version"),
            call.Text("OperatingSystem") ?? "WINDOWS_2012",
            call.Text("ServerSdkVersion") ?? "4.0.2",
            own is null ? null : ((string)own["Bucket"]!, (string)own["Key"]!));
        if (own is not null)
        {
            // the caller's own zip is there already
            build.LooksLeft = aws.Rules.LooksUntilBuildReady;
            return new() { ["Build"] = build.ToJson(), ["StorageLocation"] = own.DeepClone() };
        }

        var answer = Upload(build);
        answer["Build"] = build.ToJson();
        return answer;
    }

    private JsonObject RequestUploadCredentials(AwsCall call)
    {
        var build = Find(call);
        return build is { Status: "INITIALIZED", LooksLeft: null }
            ? Upload(build)
            : throw new AwsError("InvalidRequestException", $"Build {build.Id} is not in INITIALIZED state; its content cannot be uploaded.");
    }

    private JsonObject List(AwsCall call)
    {
        var status = call.Text("Status");
        var builds = aws.Region(call.Region).Builds.Where(build => status is null || build.Status == status).ToList();
        var (page, next) = aws.Paging.Page(
            builds, $"ListBuilds {status}", call.Number("Limit"), call.Text("NextToken"), GameLiftService.WrongToken);
        return new()
        {
            ["Builds"] = new JsonArray([.. page.Select(build => Seen(build).ToJson())]),
            ["NextToken"] = next,
        };
    }

    private JsonObject Upload(GameLiftBuild build)
    {
        var key = aws.Keys.Temporary(
            $"arn:aws:sts::{AwsEmulator.Account}:assumed-role/gamelift-upload/{build.Id}",
            aws.Clock.GetUtcNow() + aws.Rules.UploadCredentialsLife,
            build.Location);
        return new()
        {
            ["UploadCredentials"] = new JsonObject
            {
                ["AccessKeyId"] = key.Id,
                ["SecretAccessKey"] = key.Secret,
                ["SessionToken"] = key.Token,
            },
            ["StorageLocation"] = new JsonObject { ["Bucket"] = build.Location.Bucket, ["Key"] = build.Location.Key },
        };
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
