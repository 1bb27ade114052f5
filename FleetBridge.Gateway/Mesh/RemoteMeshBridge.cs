using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh;

/// <summary>
/// A bridge of another process, over HTTP. What a request turns out to be is looked up in the resources that the bridge tells, in both
/// spellings that it has; what it does not tell needs the highest role.
/// </summary>
internal sealed class RemoteMeshBridge(RemoteBridge bridge) : IMeshBridge
{
    private static readonly string[] OwnPaths = [BridgePaths.Metadata, BridgePaths.Config, BridgePaths.Resources, BridgePaths.Doctor];

    public async Task<BridgeResponse> RunAsync(
        BackendRequest request, Action<MeshMethod> permit, IProgress<OperationProgress>? progress, CancellationToken aborted)
    {
        try
        {
            permit(await ResolveAsync(request, aborted).ConfigureAwait(false));
            return await bridge.SendAsync(request, new RequestOptions { Aborted = aborted }).ConfigureAwait(false);
        }
        catch (UserException exception)
        {
            throw new MeshException(new WireError(WireError.Unavailable, exception.Message, Retryable: true));
        }
    }

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation)
    {
        try
        {
            return await bridge.GetBackendsAsync(cancellation).ConfigureAwait(false);
        }
        catch (UserException exception)
        {
            throw new MeshException(new WireError(WireError.Unavailable, exception.Message, Retryable: true));
        }
    }

    private async Task<MeshMethod> ResolveAsync(BackendRequest request, CancellationToken aborted)
    {
        if (request.Segments is [var own] && OwnPaths.Contains(own))
        {
            return new MeshMethod(own, Role.Viewer, Changes: false);
        }

        var response = await bridge.SendAsync(
            BackendRequests.To((request.Backend, request.Version), BridgePaths.Resources),
            new RequestOptions { Aborted = aborted, FailureIsExpected = true }).ConfigureAwait(false);
        if (!request.Segments.Any(segment => segment.Contains('/', StringComparison.Ordinal)))
        {
            foreach (var resource in ResourcesMessage.Read(response.Details) ?? [])
            {
                foreach (var operation in resource.Operations)
                {
                    if (request.Path == $"{resource.Path}/{operation}" || request.Path == $"{resource.Path}_{operation}")
                    {
                        var right = RoleTable.Of(operation, kind: null);
                        return new MeshMethod($"{resource.Path}/{operation}", right, Changes: right > Role.Viewer);
                    }
                }
            }
        }

        return new MeshMethod(request.Path, Role.Admin, Changes: true);
    }
}
