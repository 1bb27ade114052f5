using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;
using FleetUtilization = FleetBridge.Fleet.Model.FleetUtilization;
using RuntimeConfiguration = FleetBridge.Fleet.Model.RuntimeConfiguration;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations that say what a fleet does: locations, utilization, capacity, events, and its servers' configuration.</summary>
internal static class FleetStateOperations
{
    public static void Register(OperationTable table)
    {
        table.Add<DescribeFleetLocationAttributesRequest, DescribeFleetLocationAttributesResponse>(
            "DescribeFleetLocationAttributes", DescribeLocations);
        table.Add<DescribeFleetUtilizationRequest, DescribeFleetUtilizationResponse>("DescribeFleetUtilization", DescribeUtilization);
        table.Add<DescribeFleetLocationUtilizationRequest, DescribeFleetLocationUtilizationResponse>(
            "DescribeFleetLocationUtilization", DescribeLocationUtilization);
        table.Add<DescribeFleetCapacityRequest, DescribeFleetCapacityResponse>("DescribeFleetCapacity", DescribeCapacity);
        table.Add<DescribeFleetLocationCapacityRequest, DescribeFleetLocationCapacityResponse>(
            "DescribeFleetLocationCapacity", DescribeLocationCapacity);
        table.Add<DescribeFleetEventsRequest, DescribeFleetEventsResponse>("DescribeFleetEvents", DescribeEvents);
        table.Add<DescribeRuntimeConfigurationRequest, DescribeRuntimeConfigurationResponse>(
            "DescribeRuntimeConfiguration", DescribeRuntimeConfiguration);
        table.AddChange<UpdateRuntimeConfigurationRequest, UpdateRuntimeConfigurationResponse>(
            "UpdateRuntimeConfiguration", UpdateRuntimeConfigurationAsync);
    }

    private static DescribeFleetLocationAttributesResponse DescribeLocations(ApiCall call, DescribeFleetLocationAttributesRequest request)
    {
        var fleet = call.Control.Read(model => model.GetFleet(request.FleetId!));
        var locations = (request.Locations ?? fleet.Locations).Select((name, index) => (Name: name, Number: (long)index)).ToList();
        foreach (var (name, _) in locations)
        {
            RequireLocation(fleet, name);
        }

        var page = ApiPage.Of(
            locations,
            location => location.Number,
            $"DescribeFleetLocationAttributes {fleet.FleetId} {string.Join(' ', request.Locations ?? [])}",
            request.Limit, request.NextToken);
        return new()
        {
            FleetId = fleet.FleetId,
            FleetArn = fleet.FleetArn,
            LocationAttributes =
            [
                .. page.Items.Select(location => new LocationAttributes
                {
                    LocationState = fleet.ToLocationState(location.Name),
                    StoppedActions = [],
                }),
            ],
            NextToken = page.NextToken,
        };
    }

    private static DescribeFleetUtilizationResponse DescribeUtilization(ApiCall call, DescribeFleetUtilizationRequest request)
    {
        var page = FleetOperations.Page(call, "DescribeFleetUtilization", request.FleetIds, request.Limit, request.NextToken);
        return new()
        {
            FleetUtilization = [.. page.Items.Select(fleet => Used(call, fleet, null).ToShape(fleet))],
            NextToken = page.NextToken,
        };
    }

    private static DescribeFleetLocationUtilizationResponse DescribeLocationUtilization(
        ApiCall call, DescribeFleetLocationUtilizationRequest request)
    {
        var fleet = RequireLocation(call.Control.Read(model => model.GetFleet(request.FleetId!)), request.Location!);
        return new() { FleetUtilization = Used(call, fleet, request.Location).ToShape(fleet) };
    }

    private static DescribeFleetCapacityResponse DescribeCapacity(ApiCall call, DescribeFleetCapacityRequest request)
    {
        var page = FleetOperations.Page(call, "DescribeFleetCapacity", request.FleetIds, request.Limit, request.NextToken);
        return new() { FleetCapacity = [.. page.Items.Select(fleet => Capacity(call, fleet, null))], NextToken = page.NextToken };
    }

    private static DescribeFleetLocationCapacityResponse DescribeLocationCapacity(
        ApiCall call, DescribeFleetLocationCapacityRequest request)
    {
        var fleet = RequireLocation(call.Control.Read(model => model.GetFleet(request.FleetId!)), request.Location!);
        return new() { FleetCapacity = Capacity(call, fleet, request.Location) };
    }

    private static DescribeFleetEventsResponse DescribeEvents(ApiCall call, DescribeFleetEventsRequest request)
    {
        var (fleet, events) = call.Control.Read(model =>
        {
            var found = model.GetFleet(request.FleetId!);
            return (found, model.EventsOf(found.FleetId)
                .Where(one => !(one.EventTime < request.StartTime) && !(one.EventTime > request.EndTime)).ToList());
        });
        var page = ApiPage.Of(
            events, one => one.Number, $"DescribeFleetEvents {fleet.FleetId} {request.StartTime:O} {request.EndTime:O}",
            request.Limit, request.NextToken, newestFirst: true);
        return new() { Events = [.. page.Items.Select(one => one.ToShape())], NextToken = page.NextToken };
    }

    private static DescribeRuntimeConfigurationResponse DescribeRuntimeConfiguration(
        ApiCall call, DescribeRuntimeConfigurationRequest request) =>
        call.Control.Read(model =>
        {
            var configuration = model.GetFleet(request.FleetId!).RuntimeConfiguration ?? new RuntimeConfiguration();
            var timeout = configuration.GameSessionActivationTimeoutSeconds ?? (int)model.Options.ActivationTimeout.TotalSeconds;
            return new DescribeRuntimeConfigurationResponse
            {
                RuntimeConfiguration = (configuration with { GameSessionActivationTimeoutSeconds = timeout }).ToShape(),
            };
        });

    private static async ValueTask<UpdateRuntimeConfigurationResponse> UpdateRuntimeConfigurationAsync(
        ApiCall call, UpdateRuntimeConfigurationRequest request)
    {
        var fleet = await call.Control.ChangeAsync(
            model => model.UpdateRuntimeConfiguration(request.FleetId!, request.RuntimeConfiguration!.ToModel()), call.Cancellation);
        return new() { RuntimeConfiguration = fleet.RuntimeConfiguration!.ToShape() };
    }

    private static FleetUtilization Used(ApiCall call, AnywhereFleet fleet, string? location) =>
        call.Control.Read(model => model.UtilizationOf(fleet.FleetId, location));

    // a compute is what an instance is on EC2, and whoever registers it decides how many there are
    private static FleetCapacity Capacity(ApiCall call, AnywhereFleet fleet, string? location)
    {
        var (computes, busy) = call.Control.Read(model => (
            model.ComputesOf(fleet.FleetId, location).Select(compute => compute.ComputeName).ToList(),
            model.OpenGameSessionsOf(fleet.FleetId, location).Select(session => session.ComputeName).ToHashSet()));
        return new()
        {
            FleetId = fleet.FleetId,
            FleetArn = fleet.FleetArn,
            Location = location ?? (fleet.Locations.Count == 1 ? fleet.Locations[0] : null),
            InstanceCounts = new()
            {
                DESIRED = computes.Count,
                MINIMUM = 0,
                MAXIMUM = computes.Count,
                PENDING = 0,
                ACTIVE = computes.Count,
                IDLE = computes.Count(name => !busy.Contains(name)),
                TERMINATING = 0,
            },
        };
    }

    private static AnywhereFleet RequireLocation(AnywhereFleet fleet, string location) => fleet.Locations.Contains(location)
        ? fleet
        : throw new FleetException(
            FleetErrors.NotFound, $"Fleet {fleet.FleetId} has no location {location}. It has {string.Join(", ", fleet.Locations)}.");
}
