using Amazon.Emulation.GameLift.Model;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>Operations on the machines of a fleet.</summary>
internal static class ComputeOperations
{
    public static void Register(OperationTable table)
    {
        table.AddChange<RegisterComputeRequest, RegisterComputeResponse>("RegisterCompute", RegisterAsync);
        table.AddChange<DeregisterComputeRequest, DeregisterComputeResponse>("DeregisterCompute", DeregisterAsync);
        table.Add<DescribeComputeRequest, DescribeComputeResponse>("DescribeCompute", Describe);
        table.Add<ListComputeRequest, ListComputeResponse>("ListCompute", List);
        table.AddChange<GetComputeAuthTokenRequest, GetComputeAuthTokenResponse>("GetComputeAuthToken", IssueTokenAsync);
    }

    private static async ValueTask<RegisterComputeResponse> RegisterAsync(ApiCall call, RegisterComputeRequest request)
    {
        var region = call.Region;
        var (compute, fleet) = await call.Control.ChangeAsync(
            model =>
            {
                var registered = model.RegisterCompute(new NewCompute
                {
                    FleetId = request.FleetId!,
                    ComputeName = request.ComputeName!,
                    IpAddress = request.IpAddress,
                    DnsName = request.DnsName,
                    Location = request.Location,
                    CertificatePath = request.CertificatePath,
                    Region = region,
                });
                return (registered, model.GetFleet(registered.FleetId));
            },
            call.Cancellation);
        return new() { Compute = compute.ToShape(fleet, call.Control.Options.SdkEndpoint) };
    }

    private static async ValueTask<DeregisterComputeResponse> DeregisterAsync(ApiCall call, DeregisterComputeRequest request)
    {
        await call.Control.ChangeAsync(model => model.DeregisterCompute(request.FleetId!, request.ComputeName!), call.Cancellation);
        return new();
    }

    private static DescribeComputeResponse Describe(ApiCall call, DescribeComputeRequest request)
    {
        var (compute, fleet) = call.Control.Read(
            model => (model.GetCompute(request.FleetId!, request.ComputeName!), model.GetFleet(request.FleetId!)));
        return new() { Compute = compute.ToShape(fleet, call.Control.Options.SdkEndpoint) };
    }

    private static ListComputeResponse List(ApiCall call, ListComputeRequest request)
    {
        // the operation has no NotFoundException
        var (fleet, computes) = call.Control.Read(model => model.FindFleet(request.FleetId!) is { } found
            ? (found, model.ComputesOf(found.FleetId, request.Location).ToList())
            : throw ApiException.Invalid($"Fleet {request.FleetId} not found."));
        var none = request.ContainerGroupDefinitionName is not null
            || request.ComputeStatus is { } status && !status.Equals("ACTIVE", StringComparison.OrdinalIgnoreCase);
        var page = ApiPage.Of(
            none ? [] : computes, compute => compute.Number,
            $"ListCompute {fleet.FleetId} {request.Location} {request.ComputeStatus} {request.ContainerGroupDefinitionName}",
            request.Limit, request.NextToken);
        return new()
        {
            ComputeList = [.. page.Items.Select(compute => compute.ToShape(fleet, call.Control.Options.SdkEndpoint))],
            NextToken = page.NextToken,
        };
    }

    private static async ValueTask<GetComputeAuthTokenResponse> IssueTokenAsync(ApiCall call, GetComputeAuthTokenRequest request)
    {
        var (token, compute, fleet) = await call.Control.ChangeAsync(
            model =>
            {
                var issued = model.IssueAuthToken(request.FleetId!, request.ComputeName!);
                return (issued, model.GetCompute(issued.FleetId, issued.ComputeName), model.GetFleet(issued.FleetId));
            },
            call.Cancellation);
        return new()
        {
            FleetId = fleet.FleetId,
            FleetArn = fleet.FleetArn,
            ComputeName = compute.ComputeName,
            ComputeArn = compute.ComputeArn,
            AuthToken = token.Token,
            ExpirationTimestamp = token.Expires,
        };
    }
}
