using System.Diagnostics.Metrics;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Telemetry;
using FleetBridge.Core.Text;
using FleetBridge.Protocol;

namespace FleetBridge.Serving;

/// <summary>The present state of a running bridge as metrics. They are read on collection, so that a late listener sees them
/// too.</summary>
internal sealed class BridgeGauges : IDisposable
{
    private const string StateTag = "fleetbridge.backend.generation.state";

    /// <summary>The meter of the gauges.</summary>
    public Meter Meter { get; } = new(Instruments.MeterName, ProgramInfo.Version);

    /// <summary>Creates the gauges.</summary>
    /// <param name="running">The running requests.</param>
    /// <param name="backends">The installed backends.</param>
    /// <param name="editor">The records that wait for the log's client.</param>
    public BridgeGauges(RunningRequests running, BackendHost backends, EditorPlace editor)
    {
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.active_requests", () => running.Count, "{request}", "Running requests.");
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.backend.generations",
            () => (Measurement<int>[])[InState(backends.Serving, "serving"), InState(backends.Unloader.InMemory, "retired")],
            "{generation}",
            "Builds of backends in memory.");
        Meter.CreateObservableCounter(
            "fleetbridge.log.records.dropped", () => editor.Dropped, "{record}", "Log records that no client got: none was connected, or it read too slowly.");
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.log.clients", () => editor.HasClient ? 1 : 0, "{client}", "Clients that read the log.");
    }

    public void Dispose() => Meter.Dispose();

    private static Measurement<int> InState(int count, string state) =>
        new(count, new KeyValuePair<string, object?>(StateTag, state));
}
