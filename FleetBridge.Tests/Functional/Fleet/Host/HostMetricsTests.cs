using System.Diagnostics.Metrics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Host;

public sealed class HostMetricsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Gauges_count_connections_and_processes_by_state()
    {
        await using var host = await TestHost.StartAsync(output);
        await using var ready = await host.Server(SdkDialect.Go).ReadyAsync();
        await using var activating = host.Server(SdkDialect.Cpp);
        await activating.ConnectAsync();

        // a connection counts when it is served, a moment after its upgrade
        await activating.Socket.PingAsync(FakeServer.PingLimit);
        var values = new Dictionary<string, int>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == host.Host.Gauges!.Meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) =>
            values[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["fleetbridge.server_connections"] = 2,
                ["fleetbridge.server_processes ready"] = 1,
                ["fleetbridge.server_processes activating"] = 1,
            },
            values);
    }
}
