using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations that make, change, list and end fleets.</summary>
internal static class FleetOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<CreateFleetRequest, CreateFleetResponse>("CreateFleet", CreateAsync);
        table.Add<DescribeFleetAttributesRequest, DescribeFleetAttributesResponse>("DescribeFleetAttributes", Describe);
        table.Add<ListFleetsRequest, ListFleetsResponse>("ListFleets", List);
        table.AddChange<UpdateFleetAttributesRequest, UpdateFleetAttributesResponse>("UpdateFleetAttributes", UpdateAsync);
        table.AddChange<DeleteFleetRequest, DeleteFleetResponse>("DeleteFleet", DeleteAsync);
        table.AddChange<CreateFleetLocationsRequest, CreateFleetLocationsResponse>("CreateFleetLocations", CreateLocationsAsync);
        table.AddChange<DeleteFleetLocationsRequest, DeleteFleetLocationsResponse>("DeleteFleetLocations", DeleteLocationsAsync);
    }

    /// <summary>The fleets of a listing: those of the ids, or all that are not TERMINATED. An id that is unknown is left out, as in
    /// GameLift.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">Ids or ARNs; null for all.</param>
    public static List<AnywhereFleet> Listed(FleetModel model, List<string>? ids) => ids is null
        ? [.. model.Fleets.Where(fleet => fleet.Status != FleetStatus.TERMINATED)]
        : [.. ids.Select(model.FindFleet).OfType<AnywhereFleet>().DistinctBy(fleet => fleet.FleetId)];

    /// <summary>A page of fleets; with ids, all of them at once.</summary>
    public static ApiPage<AnywhereFleet> Page(ApiCall call, string listing, List<string>? ids, int? limit, string? token)
    {
        var fleets = call.Control.Read(model => Listed(model, ids));
        return ids is null ? ApiPage.Of(fleets, fleet => fleet.Number, listing, limit, token) : new(fleets, null);
    }

    private static async ValueTask<CreateFleetResponse> CreateAsync(ApiCall call, CreateFleetRequest request)
    {
        if (request.ComputeType != "ANYWHERE")
        {
            throw ApiException.Invalid(
                $"This host runs fleets of compute type ANYWHERE, not {request.ComputeType ?? "EC2 (the default)"}: "
                + "set ComputeType to ANYWHERE, with Locations and AnywhereConfiguration.");
        }

        var foreign = new (string Name, object? Value)[]
        {
            ("BuildId", request.BuildId), ("ScriptId", request.ScriptId), ("EC2InstanceType", request.EC2InstanceType),
            ("EC2InboundPermissions", request.EC2InboundPermissions), ("FleetType", request.FleetType),
        }.Where(member => member.Value is not null).Select(member => member.Name).ToList();
        if (foreign.Count > 0)
        {
            throw ApiException.Invalid($"A fleet of compute type ANYWHERE has no {string.Join(" and no ", foreign)}: leave it out.");
        }

        var cost = request.AnywhereConfiguration?.Cost
            ?? throw ApiException.Invalid("A fleet of compute type ANYWHERE needs AnywhereConfiguration with a Cost, such as \"10\".");
        var region = call.Region;
        var fleet = await call.Control.ChangeAsync(
            model => model.CreateFleet(new NewFleet
            {
                Name = request.Name!,
                Description = request.Description,
                AnywhereCost = cost,
                Locations = [.. (request.Locations ?? []).Select(LocationOf)],
                NewGameSessionProtectionPolicy = FleetShapes.ToProtectionPolicy(request.NewGameSessionProtectionPolicy) ?? default,
                MetricGroups = request.MetricGroups,
                RuntimeConfiguration = request.RuntimeConfiguration?.ToModel(),
                ResourceCreationLimitPolicy = request.ResourceCreationLimitPolicy.ToModel(),
                Tags = request.Tags.ToModel(),
                Region = region,
            }),
            call.Cancellation);
        return new() { FleetAttributes = fleet.ToShape(), LocationStates = fleet.ToLocationStates() };
    }

    private static DescribeFleetAttributesResponse Describe(ApiCall call, DescribeFleetAttributesRequest request)
    {
        var page = Page(call, "DescribeFleetAttributes", request.FleetIds, request.Limit, request.NextToken);
        return new() { FleetAttributes = [.. page.Items.Select(fleet => fleet.ToShape())], NextToken = page.NextToken };
    }

    private static ListFleetsResponse List(ApiCall call, ListFleetsRequest request)
    {
        if (request.BuildId is not null || request.ScriptId is not null)
        {
            // fleets of this host have neither
            return new() { FleetIds = [] };
        }

        var page = Page(call, "ListFleets", null, request.Limit, request.NextToken);
        return new() { FleetIds = [.. page.Items.Select(fleet => fleet.FleetId)], NextToken = page.NextToken };
    }

    private static async ValueTask<UpdateFleetAttributesResponse> UpdateAsync(ApiCall call, UpdateFleetAttributesRequest request)
    {
        var fleet = await call.Control.ChangeAsync(
            model => model.UpdateFleetAttributes(new FleetUpdate
            {
                FleetId = request.FleetId!,
                Name = request.Name,
                Description = request.Description,
                AnywhereCost = request.AnywhereConfiguration?.Cost,
                NewGameSessionProtectionPolicy = FleetShapes.ToProtectionPolicy(request.NewGameSessionProtectionPolicy),
                MetricGroups = request.MetricGroups,
                ResourceCreationLimitPolicy = request.ResourceCreationLimitPolicy.ToModel(),
            }),
            call.Cancellation);
        return new() { FleetId = fleet.FleetId, FleetArn = fleet.FleetArn };
    }

    private static async ValueTask<DeleteFleetResponse> DeleteAsync(ApiCall call, DeleteFleetRequest request)
    {
        await call.Control.ChangeAsync(model => model.DeleteFleet(request.FleetId!), call.Cancellation);
        return new();
    }

    private static async ValueTask<CreateFleetLocationsResponse> CreateLocationsAsync(ApiCall call, CreateFleetLocationsRequest request)
    {
        List<string> locations = [.. request.Locations!.Select(LocationOf)];
        var fleet = await call.Control.ChangeAsync(model => model.CreateFleetLocations(request.FleetId!, locations), call.Cancellation);
        return new()
        {
            FleetId = fleet.FleetId,
            FleetArn = fleet.FleetArn,
            LocationStates = [.. locations.Select(fleet.ToLocationState)],
        };
    }

    private static async ValueTask<DeleteFleetLocationsResponse> DeleteLocationsAsync(ApiCall call, DeleteFleetLocationsRequest request)
    {
        var fleet = await call.Control.ChangeAsync(
            model => model.DeleteFleetLocations(request.FleetId!, request.Locations!), call.Cancellation);
        return new()
        {
            FleetId = fleet.FleetId,
            FleetArn = fleet.FleetArn,
            LocationStates = [.. request.Locations!.Select(location => new LocationState { Location = location, Status = "DELETING" })],
        };
    }

    // the model's constraints do not demand a location's name
    private static string LocationOf(LocationConfiguration configuration) =>
        configuration.Location ?? throw ApiException.Invalid("Each of Locations needs a Location.");
}
