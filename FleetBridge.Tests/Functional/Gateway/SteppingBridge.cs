using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>A bridge that reports the progress of each request, in both forms, before the request succeeds with its own text.</summary>
internal sealed class SteppingBridge : IMeshBridge
{
    public Task<BridgeResponse> RunAsync(
        BackendRequest request, Action<MeshMethod> permit, IProgress<OperationProgress>? progress, CancellationToken aborted)
    {
        permit(new MeshMethod("step", Role.Viewer, Changes: false));
        progress?.Report(new OperationProgress("Waiting"));
        progress?.Report(new OperationProgress("Uploading", 0.5, "5 of 10 MB"));
        return Task.FromResult(BridgeResponse.Completed(BackendResult.Success(
            request.Parameters.TryGetValue("text", out var text) ? new JsonObject { ["text"] = text } : null)));
    }

    public Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<BackendStatus>>([]);
}
