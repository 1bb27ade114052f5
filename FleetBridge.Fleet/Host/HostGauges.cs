using System.Diagnostics.Metrics;
using FleetBridge.Core.Telemetry;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.GameLift.ServerSdk;

namespace FleetBridge.Fleet.Host;

/// <summary>The present state of a running host as metrics. They are read on collection, so that a late listener sees them too.</summary>
internal sealed class HostGauges : IDisposable
{
    private const string StateTag = "fleetbridge.server_process.state";

    /// <summary>Creates the gauges.</summary>
    /// <param name="servers">The game servers' connections.</param>
    /// <param name="opening">The fleet; nothing is known of it before its store is open.</param>
    public HostGauges(ServerSdkEndpoint servers, Task<FleetControl> opening)
    {
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.server_connections", () => servers.Count, "{connection}", "Game servers that are connected.");
        Meter.CreateObservableUpDownCounter(
            "fleetbridge.server_processes",
            () => !opening.IsCompletedSuccessfully ? [] : CountProcesses(opening.Result),
            "{process}",
            "Server processes that are known, by state.");
    }

    /// <summary>The meter of the gauges.</summary>
    public Meter Meter { get; } = new(Instruments.MeterName, ProgramInfo.Version);

    public void Dispose() => Meter.Dispose();

    private static List<Measurement<int>> CountProcesses(FleetControl control) => control.Read(fleet => fleet.Processes
        .CountBy(process => process.State)
        .Select(state => new Measurement<int>(
            state.Value, new KeyValuePair<string, object?>(StateTag, state.Key.ToString().ToLowerInvariant())))
        .ToList());
}
