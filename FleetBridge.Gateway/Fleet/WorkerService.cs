using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Fleet;

/// <summary>
/// A worker as a service: what it says of itself and of its servers. It changes nothing: commands go to the worker's host, which would
/// steer it back.
/// </summary>
/// <param name="worker">The worker's private API.</param>
internal sealed class WorkerService(HostClient worker) : IMeshService
{
    public const string ServiceName = "worker";

    private const string Status = "status";
    private const string Servers = "servers";

    public string Name => ServiceName;

    public ServiceDescription Describe() => new(ServiceName, "A worker: one machine's game servers.", new Dictionary<string, MethodDescription>
    {
        [Status] = new("The worker's state, its load, its link to its host, and what each server uses."),
        [Servers] = new("The game servers that the worker runs, also while it has no host."),
    });

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        var path = call.Method switch
        {
            Status => "/status",
            Servers => "/server",
            _ => throw new MeshException(MeshJson.NoMethod(ServiceName, call.Method)),
        };
        call.Permit(new MeshMethod(call.Method, Role.Viewer, Changes: false));
        return worker.CallAsync("GET", path, body: null, cancellation);
    }
}
