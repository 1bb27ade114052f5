using Amazon.Emulation.GameLift.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on custom locations.</summary>
internal static class LocationOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<CreateLocationRequest, CreateLocationResponse>("CreateLocation", CreateAsync);
        table.Add<ListLocationsRequest, ListLocationsResponse>("ListLocations", List);
        table.AddChange<DeleteLocationRequest, DeleteLocationResponse>("DeleteLocation", DeleteAsync);
    }

    private static async ValueTask<CreateLocationResponse> CreateAsync(ApiCall call, CreateLocationRequest request)
    {
        var region = call.Region;
        var location = await call.Control.ChangeAsync(
            model => model.CreateLocation(request.LocationName!, request.Tags.ToModel(), region), call.Cancellation);
        return new() { Location = location.ToShape() };
    }

    private static ListLocationsResponse List(ApiCall call, ListLocationsRequest request)
    {
        // this host has custom locations only
        var locations = request.Filters is { } filters && !filters.Contains("CUSTOM")
            ? []
            : call.Control.Read(model => model.Locations.ToList());
        var page = ApiPage.Of(
            locations, location => location.Number, $"ListLocations {string.Join(' ', request.Filters ?? [])}", request.Limit,
            request.NextToken);
        return new() { Locations = [.. page.Items.Select(location => location.ToShape())], NextToken = page.NextToken };
    }

    private static async ValueTask<DeleteLocationResponse> DeleteAsync(ApiCall call, DeleteLocationRequest request)
    {
        await call.Control.ChangeAsync(model => model.DeleteLocation(request.LocationName!), call.Cancellation);
        return new();
    }
}
