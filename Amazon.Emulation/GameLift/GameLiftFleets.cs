using System.Text.RegularExpressions;
using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on fleets.</summary>
internal sealed partial class GameLiftFleets(AwsEmulator aws, GameLiftBuilds builds)
{
    public void Register(OperationSet operations)
    {
        operations.Add<CreateFleetRequest, CreateFleetResponse>("CreateFleet", Create);
        operations.Add<DescribeFleetAttributesRequest, DescribeFleetAttributesResponse>("DescribeFleetAttributes", Describe);
        operations.Add<ListFleetsRequest, ListFleetsResponse>("ListFleets", List);
        operations.Add<DescribeFleetEventsRequest, DescribeFleetEventsResponse>("DescribeFleetEvents", DescribeEvents);
        operations.Add<DeleteFleetRequest>("DeleteFleet", Delete);
        operations.Add<DescribeEC2InstanceLimitsRequest, DescribeEC2InstanceLimitsResponse>("DescribeEC2InstanceLimits", DescribeInstanceLimits);
    }

    /// <summary>Adds a fleet in state NEW.</summary>
    public GameLiftFleet Add(EmulatedRegion region, GameLiftBuild? build, CreateFleetRequest settings)
    {
        var id = $"fleet-{Guid.NewGuid()}";
        var fleet = new GameLiftFleet
        {
            Id = id,
            Arn = $"arn:aws:gamelift:{region.Name}:{AwsEmulator.Account}:fleet/{id}",
            Name = settings.Name!,
            Settings = settings,
            Build = build,
            Created = aws.Clock.GetUtcNow(),
            Clock = aws.Clock,
            Tags = GameLiftTags.Of(settings.Tags),
        };
        fleet.Happened("FLEET_CREATED", $"A request to create fleet {id} was accepted.");
        region.Fleets.Add(fleet);
        return fleet;
    }

    /// <summary>The fleet of a call, by its id or its ARN.</summary>
    public GameLiftFleet Find(AwsCall call, string? id) =>
        Live(call).Find(fleet => fleet.Id == id || fleet.Arn == id)
        ?? throw new AwsError("NotFoundException", $"Fleet {id} could not be found.");

    private List<GameLiftFleet> Live(AwsCall call)
    {
        var fleets = aws.Region(call.Region).Fleets;
        fleets.RemoveAll(fleet => fleet.Gone);
        return fleets;
    }

    private CreateFleetResponse Create(AwsCall call, CreateFleetRequest request)
    {
        if (request.ComputeType == "ANYWHERE")
        {
            throw Invalid("The emulator has no Anywhere fleets.");
        }

        if ((request.BuildId is null) == (request.ScriptId is null))
        {
            throw Invalid("Exactly one of BuildId and ScriptId must be provided for a fleet of compute type EC2.");
        }

        var build = builds.Find(call, request.BuildId);
        if (build.Status != "READY")
        {
            throw Invalid($"Build {build.Id} is in {build.Status} state. Builds must be in READY state.");
        }

        var type = request.EC2InstanceType ?? throw Invalid("EC2InstanceType must be provided for a fleet of compute type EC2.");
        CheckLaunch(request, build);
        if (request.EC2InboundPermissions?.Exists(permission => permission.FromPort > permission.ToPort) ?? false)
        {
            throw Invalid("FromPort must not be greater than ToPort.");
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

        var created = Add(aws.Region(call.Region), build, request);
        return new() { FleetAttributes = created.ToShape(), LocationStates = [new() { Location = call.Region, Status = "NEW" }] };
    }

    private static void CheckLaunch(CreateFleetRequest request, GameLiftBuild build)
    {
        if (request.ServerLaunchPath is not { } path)
        {
            if (request.RuntimeConfiguration is null)
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

    private DescribeFleetAttributesResponse Describe(AwsCall call, DescribeFleetAttributesRequest request)
    {
        var fleets = Live(call);
        if (request.FleetIds is { } ids)
        {
            // ids that do not exist are left out, and there are no pages
            var asked = ids.ToHashSet();
            return new() { FleetAttributes = Seen(fleets.Where(fleet => asked.Contains(fleet.Id) || asked.Contains(fleet.Arn))) };
        }

        var (page, next) = aws.Paging.Page(
            fleets, "DescribeFleetAttributes", request.Limit, request.NextToken, GameLiftService.WrongToken);
        return new() { FleetAttributes = Seen(page), NextToken = next };
    }

    private ListFleetsResponse List(AwsCall call, ListFleetsRequest request)
    {
        var build = request.BuildId is null ? null : builds.Find(call, request.BuildId);
        var fleets = Live(call).Where(fleet => build is null || fleet.Build == build).ToList();
        var (page, next) = aws.Paging.Page(
            fleets, $"ListFleets {build?.Id}", request.Limit, request.NextToken, GameLiftService.WrongToken);
        return new() { FleetIds = [.. page.Select(fleet => fleet.Id)], NextToken = next };
    }

    private DescribeFleetEventsResponse DescribeEvents(AwsCall call, DescribeFleetEventsRequest request)
    {
        var fleet = Find(call, request.FleetId);
        var events = fleet.Events
            .Where(item => !(item.Time < request.StartTime) && !(item.Time >= request.EndTime))
            .Reverse()
            .ToList();
        var (page, next) = aws.Paging.Page(
            events, $"DescribeFleetEvents {fleet.Id}", request.Limit, request.NextToken, GameLiftService.WrongToken);
        return new() { Events = [.. page.Select(item => item.ToShape(fleet.Id))], NextToken = next };
    }

    private void Delete(AwsCall call, DeleteFleetRequest request)
    {
        var fleet = Find(call, request.FleetId);
        if (fleet.Status is not ("ACTIVE" or "ERROR"))
        {
            throw new AwsError(
                "InvalidFleetStatusException", $"Fleet {fleet.Id} is in {fleet.Status} state; it can be deleted in ACTIVE or ERROR state.");
        }

        fleet.Delete();
    }

    private DescribeEC2InstanceLimitsResponse DescribeInstanceLimits(AwsCall call, DescribeEC2InstanceLimitsRequest request)
    {
        var type = request.EC2InstanceType ?? "c5.large";
        return new()
        {
            EC2InstanceLimits =
            [
                new()
                {
                    EC2InstanceType = type,
                    CurrentInstances = Live(call).Count(fleet => fleet.InstanceType == type),
                    InstanceLimit = aws.Rules.InstanceQuotas.GetValueOrDefault(type, 100),
                    Location = request.Location ?? call.Region,
                },
            ],
        };
    }

    private List<FleetAttributes> Seen(IEnumerable<GameLiftFleet> fleets) =>
        [.. fleets.Select(fleet => fleet.Seen(aws.Rules.LooksPerFleetState, aws.Rules.FleetsFailIn))];

    private static AwsError Invalid(string message) => new("InvalidRequestException", message);

    [GeneratedRegex(@"\A[cC]:[\\/]game[\\/].")]
    private static partial Regex WindowsRoot();

    [GeneratedRegex(@"\A/local/game/.")]
    private static partial Regex LinuxRoot();
}
