using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on aliases.</summary>
internal static class AliasOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<CreateAliasRequest, CreateAliasResponse>("CreateAlias", CreateAsync);
        table.Add<DescribeAliasRequest, DescribeAliasResponse>("DescribeAlias", Describe);
        table.Add<ListAliasesRequest, ListAliasesResponse>("ListAliases", List);
        table.Add<ResolveAliasRequest, ResolveAliasResponse>("ResolveAlias", Resolve);
        table.AddChange<UpdateAliasRequest, UpdateAliasResponse>("UpdateAlias", UpdateAsync);
        table.AddChange<DeleteAliasRequest, DeleteAliasResponse>("DeleteAlias", DeleteAsync);
    }

    private static async ValueTask<CreateAliasResponse> CreateAsync(ApiCall call, CreateAliasRequest request)
    {
        var region = call.Region;
        var strategy = request.RoutingStrategy!.ToModel();
        try
        {
            var alias = await call.Control.ChangeAsync(
                model => model.CreateAlias(new NewAlias
                {
                    Name = request.Name!,
                    Description = request.Description,
                    RoutingStrategy = strategy,
                    Tags = request.Tags.ToModel(),
                    Region = region,
                }),
                call.Cancellation);
            return new() { Alias = alias.ToShape() };
        }
        catch (FleetException exception) when (exception.Code == FleetErrors.NotFound)
        {
            // the operation has no NotFoundException for the fleet
            throw ApiException.Invalid(exception.Message);
        }
    }

    private static DescribeAliasResponse Describe(ApiCall call, DescribeAliasRequest request) =>
        new() { Alias = call.Control.Read(model => model.GetAlias(request.AliasId!)).ToShape() };

    private static ListAliasesResponse List(ApiCall call, ListAliasesRequest request)
    {
        var aliases = call.Control.Read(model => model.Aliases.Where(alias =>
            (request.Name is null || alias.Name == request.Name)
            && (request.RoutingStrategyType is null || alias.RoutingStrategy.Type.ToString() == request.RoutingStrategyType)).ToList());
        var page = ApiPage.Of(
            aliases, alias => alias.Number, $"ListAliases {request.RoutingStrategyType} {request.Name}", request.Limit, request.NextToken);
        return new() { Aliases = [.. page.Items.Select(alias => alias.ToShape())], NextToken = page.NextToken };
    }

    private static ResolveAliasResponse Resolve(ApiCall call, ResolveAliasRequest request)
    {
        var fleet = call.Control.Read(model => model.ResolveAlias(request.AliasId!));
        return new() { FleetId = fleet.FleetId, FleetArn = fleet.FleetArn };
    }

    private static async ValueTask<UpdateAliasResponse> UpdateAsync(ApiCall call, UpdateAliasRequest request)
    {
        var strategy = request.RoutingStrategy?.ToModel();
        var alias = await call.Control.ChangeAsync(
            model => model.UpdateAlias(new AliasUpdate
            {
                AliasId = request.AliasId!,
                Name = request.Name,
                Description = request.Description,
                RoutingStrategy = strategy,
            }),
            call.Cancellation);
        return new() { Alias = alias.ToShape() };
    }

    private static async ValueTask<DeleteAliasResponse> DeleteAsync(ApiCall call, DeleteAliasRequest request)
    {
        await call.Control.ChangeAsync(model => model.DeleteAlias(request.AliasId!), call.Cancellation);
        return new();
    }
}
