using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh;

/// <summary>The bridge of this process.</summary>
internal sealed class InProcessBridge(BridgeComposition bridge) : IMeshBridge
{
    public Task<BridgeResponse> RunAsync(
        BackendRequest request, Action<MeshMethod> permit, IProgress<OperationProgress>? progress, CancellationToken aborted) =>
        bridge.Requests.RunAsync(request, new RequestOptions
        {
            Aborted = aborted,
            Watcher = progress,

            // whoever sits at another computer has a browser of its own
            OpenForUser = static _ => false,
            Permit = (path, operation) => permit(new MeshMethod(
                path,
                operation is null ? Role.Viewer : RoleTable.Of(operation.Name, operation.Kind),
                operation?.Kind == OperationKind.Change)),
        });

    public Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) => Task.FromResult(bridge.Backends.Statuses);
}
