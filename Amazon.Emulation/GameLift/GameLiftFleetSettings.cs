using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Services;
using Amazon.Emulation.Wire;

namespace Amazon.Emulation.GameLift;

/// <summary>GameLift's operations on what can be changed of a fleet that exists: its ports and its server processes.</summary>
internal sealed class GameLiftFleetSettings(GameLiftFleets fleets)
{
    public void Register(OperationSet operations)
    {
        operations.Add<DescribeFleetPortSettingsRequest, DescribeFleetPortSettingsResponse>("DescribeFleetPortSettings", (call, request) =>
        {
            var fleet = fleets.Find(call, request.FleetId);
            return new()
            {
                FleetId = fleet.Id,
                FleetArn = fleet.Arn,
                InboundPermissions = fleet.Settings.EC2InboundPermissions ?? [],
                Location = call.Region,
            };
        });
        operations.Add<UpdateFleetPortSettingsRequest, UpdateFleetPortSettingsResponse>("UpdateFleetPortSettings", UpdatePorts);
        operations.Add<DescribeRuntimeConfigurationRequest, DescribeRuntimeConfigurationResponse>(
            "DescribeRuntimeConfiguration",
            (call, request) => new() { RuntimeConfiguration = RuntimeOf(fleets.Find(call, request.FleetId)) });
        operations.Add<UpdateRuntimeConfigurationRequest, UpdateRuntimeConfigurationResponse>("UpdateRuntimeConfiguration", (call, request) =>
        {
            var fleet = Changeable(call, request.FleetId);
            fleet.Settings.RuntimeConfiguration = request.RuntimeConfiguration;
            return new() { RuntimeConfiguration = request.RuntimeConfiguration };
        });
    }

    private UpdateFleetPortSettingsResponse UpdatePorts(AwsCall call, UpdateFleetPortSettingsRequest request)
    {
        var fleet = Changeable(call, request.FleetId);
        var ports = fleet.Settings.EC2InboundPermissions ??= [];
        foreach (var revoked in request.InboundPermissionRevocations ?? [])
        {
            if (ports.RemoveAll(port => IsSame(port, revoked)) == 0)
            {
                throw new AwsError("InvalidRequestException", "A permission to revoke does not exist.");
            }
        }

        foreach (var granted in request.InboundPermissionAuthorizations ?? [])
        {
            if (ports.Exists(port => IsSame(port, granted)))
            {
                throw new AwsError("InvalidRequestException", "A permission to authorize exists already.");
            }

            ports.Add(granted);
        }

        return new() { FleetId = fleet.Id, FleetArn = fleet.Arn };
    }

    private GameLiftFleet Changeable(AwsCall call, string? id)
    {
        var fleet = fleets.Find(call, id);
        return fleet.Status == "ACTIVE"
            ? fleet
            : throw new AwsError("InvalidFleetStatusException", $"Fleet {fleet.Id} is in {fleet.Status} state; it can be changed in ACTIVE state.");
    }

    private static RuntimeConfiguration RuntimeOf(GameLiftFleet fleet) => fleet.Settings.RuntimeConfiguration ?? new()
    {
        ServerProcesses =
        [
            new()
            {
                LaunchPath = fleet.Settings.ServerLaunchPath, Parameters = fleet.Settings.ServerLaunchParameters, ConcurrentExecutions = 1,
            },
        ],
    };

    private static bool IsSame(IpPermission one, IpPermission other) =>
        (one.FromPort, one.ToPort, one.IpRange, one.Protocol) == (other.FromPort, other.ToPort, other.IpRange, other.Protocol);
}
