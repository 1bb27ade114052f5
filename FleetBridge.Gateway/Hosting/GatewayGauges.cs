using System.Diagnostics.Metrics;
using FleetBridge.Core.Telemetry;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Calls;
using FleetBridge.Gateway.Consumers;

namespace FleetBridge.Gateway.Hosting;

/// <summary>The present state of a gateway as metrics, read on collection.</summary>
internal sealed class GatewayGauges : IDisposable
{
    private readonly Meter _meter = new(Instruments.MeterName, ProgramInfo.Version);

    public GatewayGauges(ConsumerRegistry consumers, CallTracker calls)
    {
        _meter.CreateObservableUpDownCounter("fleetbridge.gateway.consumers", () => consumers.Count, "{consumer}", "Connected consumers.");
        _meter.CreateObservableUpDownCounter("fleetbridge.gateway.running_calls", () => calls.Running, "{call}", "Running calls of consumers.");
        _meter.CreateObservableCounter(
            "fleetbridge.gateway.refused_consumers", () => consumers.Refused, "{consumer}", "Consumers that a limit has refused.");
        _meter.CreateObservableUpDownCounter(
            "fleetbridge.gateway.unsent", () => consumers.All.Sum(consumer => (long)consumer.Outbox.UnsentBytes), "By", "Bytes that wait to be sent to consumers.");
    }

    public void Dispose() => _meter.Dispose();
}
