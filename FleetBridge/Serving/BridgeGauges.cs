using System.Diagnostics.Metrics;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Telemetry;
using FleetBridge.Core.Text;
using FleetBridge.Protocol;

namespace FleetBridge.Serving;

/// <summary>What a running bridge has at the moment. Asked when somebody looks, so that who looks late sees it too.</summary>
internal sealed class BridgeGauges : IDisposable
{
    private const string StateTag = "fleetbridge.backend.generation.state";

    /// <summary>What offers them.</summary>
    public Meter Meter { get; } = new(Instruments.MeterName, ProgramInfo.Version);

    /// <summary>Offers them.</summary>
    /// <param name="running">The requests that run.</param>
    /// <param name="backends">The backends.</param>
    /// <param name="editor">The log's client.</param>
    public BridgeGauges(RunningRequests running, BackendHost backends, EditorPlace editor)
    {
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.active_requests", () => running.Count, "{request}", "Requests that run.");
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.backend.generations",
            () => (Measurement<int>[])[InState(backends.Serving, "serving"), InState(backends.Unloader.InMemory, "retired")],
            "{generation}",
            "Builds of backends in memory.");
        Meter.CreateObservableCounter(
            "fleetbridge.log.records.dropped", () => editor.Dropped, "{record}", "Log records that no client got: it read too slowly, or was not there.");
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.log.clients", () => editor.HasClient ? 1 : 0, "{client}", "Clients that read the log.");
    }

    public void Dispose() => Meter.Dispose();

    private static Measurement<int> InState(int count, string state) =>
        new(count, new KeyValuePair<string, object?>(StateTag, state));
}
