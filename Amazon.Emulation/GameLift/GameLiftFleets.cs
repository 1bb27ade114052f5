using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on fleets.</summary>
internal sealed partial class GameLiftFleets(AwsEmulator aws, GameLiftBuilds builds)
{
    public void Register(OperationSet operations)
    {
        operations["CreateFleet"] = Create;
        operations["DescribeFleetAttributes"] = Describe;
        operations["ListFleets"] = List;
        operations["DescribeFleetEvents"] = DescribeEvents;
        operations["DeleteFleet"] = Delete;
        operations["DescribeEC2InstanceLimits"] = DescribeInstanceLimits;
    }

    /// <summary>Adds a fleet in state NEW.</summary>
    public GameLiftFleet Add(EmulatedRegion region, GameLiftBuild? build, JsonObject settings)
    {
        var id = $"fleet-{Guid.NewGuid()}";
        var fleet = new GameLiftFleet
        {
            Id = id,
            Arn = $"arn:aws:gamelift:{region.Name}:{AwsEmulator.Account}:fleet/{id}",
            Name = (string)settings["Name"]!,
            Settings = settings,
            Build = build,
            Created = aws.Clock.GetUtcNow(),
            Clock = aws.Clock,
        };
        fleet.Happened("FLEET_CREATED", $"A request to create fleet {id} was accepted.");
        region.Fleets.Add(fleet);
        return fleet;
    }

    /// <summary>The fleet of a call; an id and an ARN are both taken.</summary>
    public GameLiftFleet Find(AwsCall call) =>
        Live(call).Find(fleet => fleet.Id == call.Text("FleetId") || fleet.Arn == call.Text("FleetId"))
        ?? throw new AwsError("NotFoundException", $"Fleet {call.Text("FleetId")} could not be found.");

    private List<GameLiftFleet> Live(AwsCall call)
    {
        var fleets = aws.Region(call.Region).Fleets;
        fleets.RemoveAll(fleet => fleet.Gone);
        return fleets;
    }

    private JsonObject Create(AwsCall call)
    {
        if (call.Text("ComputeType") == "ANYWHERE")
        {
            throw Invalid("The emulator has no Anywhere fleets.");
        }

        if ((call.Text("BuildId") is null) == (call.Text("ScriptId") is null))
        {
            throw Invalid("Exactly one of BuildId and ScriptId must be provided for a fleet of compute type EC2.");
        }

        var build = builds.Find(call);
        if (build.Status != "READY")
        {
            throw Invalid($"Build {build.Id} is in {build.Status} state. Builds must be in READY state.");
        }

        var type = call.Text("EC2InstanceType") ?? throw Invalid("EC2InstanceType must be provided for a fleet of compute type EC2.");
        CheckLaunch(call, build);
        foreach (var permission in call.Input["EC2InboundPermissions"] as JsonArray ?? [])
        {
            if ((int)permission!["FromPort"]! > (int)permission["ToPort"]!)
            {
                throw Invalid("FromPort must not be greater than ToPort.");
            }
        }

        var fleets = Live(call);
        if (fleets.Count >= aws.Rules.FleetQuota)
        {
            throw new AwsError("LimitExceededException", $"You have reached the maximum number of fleets, {aws.Rules.FleetQuota}, in this region.");
        }

        if (fleets.Count(fleet => fleet.InstanceType == type) >= aws.Rules.InstanceQuotas.GetValueOrDefault(type, int.MaxValue))
        {
            throw new AwsError(
                "LimitExceededException",
                $"The limit for EC2 instance type {type} is {aws.Rules.InstanceQuotas[type]} in {call.Region}; the requested fleet would exceed it.");
        }

        var created = Add(aws.Region(call.Region), build, (JsonObject)call.Input.DeepClone());
        return new()
        {
            ["FleetAttributes"] = created.ToJson(),
            ["LocationStates"] = new JsonArray(new JsonObject { ["Location"] = call.Region, ["Status"] = "NEW" }),
        };
    }

    private static void CheckLaunch(AwsCall call, GameLiftBuild build)
    {
        if (call.Text("ServerLaunchPath") is not { } path)
        {
            if (call.Input["RuntimeConfiguration"] is null)
            {
                throw Invalid("Either ServerLaunchPath or RuntimeConfiguration must be provided.");
            }

            return;
        }

        // the roots under which GameLift unpacks a build
        var root = build.OperatingSystem.StartsWith("WINDOWS", StringComparison.Ordinal) ? WindowsRoot() : LinuxRoot();
        if (!root.IsMatch(path))
        {
            throw Invalid($"Launch path {path} does not begin with the game's folder on {build.OperatingSystem}.");
        }
    }

    private JsonObject Describe(AwsCall call)
    {
        var fleets = Live(call);
        if (call.Input["FleetIds"] is JsonArray ids)
        {
            // ids that do not exist are left out, and there are no pages
            var asked = ids.Select(id => (string)id!).ToHashSet();
            return new() { ["FleetAttributes"] = Seen(fleets.Where(fleet => asked.Contains(fleet.Id) || asked.Contains(fleet.Arn))) };
        }

        var (page, next) = aws.Paging.Page(
            fleets, "DescribeFleetAttributes", call.Number("Limit"), call.Text("NextToken"), GameLiftService.WrongToken);
        return new() { ["FleetAttributes"] = Seen(page), ["NextToken"] = next };
    }

    private JsonObject List(AwsCall call)
    {
        var build = call.Text("BuildId") is null ? null : builds.Find(call);
        var fleets = Live(call).Where(fleet => build is null || fleet.Build == build).ToList();
        var (page, next) = aws.Paging.Page(
            fleets, $"ListFleets {build?.Id}", call.Number("Limit"), call.Text("NextToken"), GameLiftService.WrongToken);
        return new() { ["FleetIds"] = new JsonArray([.. page.Select(fleet => (JsonNode)fleet.Id)]), ["NextToken"] = next };
    }

    private JsonObject DescribeEvents(AwsCall call)
    {
        var fleet = Find(call);
        var (from, to) = ((double?)call.Input["StartTime"], (double?)call.Input["EndTime"]);
        var events = fleet.Events
            .Where(item => (from is null || item.Time.ToEpoch() >= from) && (to is null || item.Time.ToEpoch() < to))
            .Reverse()
            .ToList();
        var (page, next) = aws.Paging.Page(
            events, $"DescribeFleetEvents {fleet.Id}", call.Number("Limit"), call.Text("NextToken"), GameLiftService.WrongToken);
        return new()
        {
            ["Events"] = new JsonArray([.. page.Select(item => new JsonObject
            {
                ["EventId"] = item.Id,
                ["ResourceId"] = fleet.Id,
                ["EventCode"] = item.Code,
                ["Message"] = item.Message,
                ["EventTime"] = item.Time.ToEpoch(),
            })]),
            ["NextToken"] = next,
        };
    }

    private JsonObject? Delete(AwsCall call)
    {
        var fleet = Find(call);
        if (fleet.Status is not ("ACTIVE" or "ERROR"))
        {
            throw new AwsError(
                "InvalidFleetStatusException", $"Fleet {fleet.Id} is in {fleet.Status} state; it can be deleted in ACTIVE or ERROR state.");
        }

        fleet.Delete();
        return null;
    }

    private JsonObject DescribeInstanceLimits(AwsCall call)
    {
        var type = call.Text("EC2InstanceType") ?? "c5.large";
        return new()
        {
            ["EC2InstanceLimits"] = new JsonArray(new JsonObject
            {
                ["EC2InstanceType"] = type,
                ["CurrentInstances"] = Live(call).Count(fleet => fleet.InstanceType == type),
                ["InstanceLimit"] = aws.Rules.InstanceQuotas.GetValueOrDefault(type, 100),
                ["Location"] = call.Text("Location") ?? call.Region,
            }),
        };
    }

    private JsonArray Seen(IEnumerable<GameLiftFleet> fleets) =>
        new([.. fleets.Select(fleet => fleet.Seen(aws.Rules.LooksPerFleetState, aws.Rules.FleetsFailIn))]);

    private static AwsError Invalid(string message) => new("InvalidRequestException", message);

    [GeneratedRegex(@"\A[cC]:[\\/]game[\\/].")]
    private static partial Regex WindowsRoot();

    [GeneratedRegex(@"\A/local/game/.")]
    private static partial Regex LinuxRoot();
}
