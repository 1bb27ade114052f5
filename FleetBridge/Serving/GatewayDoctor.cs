using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Doctor;

namespace FleetBridge.Serving;

/// <summary>The checks of <c>fleetbridge doctor</c> for whoever asks through the gateway: this machine, and the backends of this bridge.</summary>
/// <param name="bridge">The bridge.</param>
/// <param name="mesh">The bridge on the mesh; null where no broker was named.</param>
/// <param name="clock">The clock.</param>
internal sealed class GatewayDoctor(BridgeComposition bridge, MeshMember? mesh, TimeProvider clock)
{
    /// <summary>Runs them.</summary>
    /// <param name="settings">The settings of the deployment.</param>
    /// <param name="cancellation">Ends them.</param>
    public async Task<JsonObject> RunAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var backends = new BackendChecks(new OwnBridge(bridge), settings, clock).RunAsync(cancellation);
        var checks = new List<ReportedCheck>(MachineChecks.Run(null));
        if (mesh is not null)
        {
            checks.AddRange(await mesh.CheckAsync(cancellation).ConfigureAwait(false));
        }

        checks.AddRange(await backends.ConfigureAwait(false));
        return new JsonObject
        {
            ["ok"] = !checks.Any(check => check.Result.State == CheckStatus.Failed),
            ["checks"] = new JsonArray([.. checks.Select(check => check.ToJson())]),
        };
    }

    /// <summary>The bridge that serves, as its own client.</summary>
    private sealed class OwnBridge(BridgeComposition bridge) : IBridge
    {
        public Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options) => bridge.Requests.RunAsync(request, options);

        public Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) => Task.FromResult(bridge.Backends.Statuses);

        public async Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation)
        {
            var backend = await bridge.Backends.FindAsync(name, version).ConfigureAwait(false);
            using var lease = backend is null ? null : await backend.LeaseAsync(cancellation).ConfigureAwait(false);
            return lease?.Generation.Outline ?? new BackendOutline([], []);
        }
    }
}
