using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Telemetry;

/// <summary>What <c>dotnet-counters monitor --counters FleetBridge</c> is told: it asks the framework's own event source, in the
/// way it is asked here.</summary>
public sealed class CountersTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Counters_session_is_told_of_every_kind_of_instrument()
    {
        using var root = new TemporaryFolder();
        var name = $"b{Guid.NewGuid():N}";
        BackendBuild.WriteProbe(root.Path, "build-1", name);
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        using var session = new CountersSession();
        await Eventually.TrueAsync(
            async () =>
            {
                await bridge.BuildAsync($"{name}/1");
                await bridge.PostAsync($"/{name}/1/nothing");
                return session.Told.Contains(("HistogramValuePublished", "fleetbridge.request.duration"))
                    && session.Told.Contains(("CounterRateValuePublished", "fleetbridge.http.refusals"))
                    && session.Told.Contains(("UpDownCounterRateValuePublished", "fleetbridge.active_requests"))
                    && session.Told.Contains(("UpDownCounterRateValuePublished", "fleetbridge.backend.generations"));
            },
            "all kinds are told");
        Assert.All(session.Told, told => Assert.StartsWith("fleetbridge.", told.Instrument));
    }

    private sealed class CountersSession : EventListener
    {
        private const string Metrics = "System.Diagnostics.Metrics";

        // MetricsEventSource.Keywords.TimeSeriesValues
        private const EventKeywords Values = (EventKeywords)2;

        private readonly ConcurrentDictionary<(string Event, string Instrument), bool> _told = new();

        public ICollection<(string Event, string Instrument)> Told => _told.Keys;

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == Metrics)
            {
                EnableEvents(eventSource, EventLevel.Informational, Values, new Dictionary<string, string?>
                {
                    ["SessionId"] = "test",
                    ["Metrics"] = "FleetBridge",
                    ["RefreshInterval"] = 0.1.ToString(CultureInfo.InvariantCulture),
                    ["MaxTimeSeries"] = "1000",
                    ["MaxHistograms"] = "100",
                });
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName is { } name && name.EndsWith("ValuePublished", StringComparison.Ordinal)
                && eventData.PayloadNames!.IndexOf("instrumentName") is var index and >= 0)
            {
                _told[(name, (string)eventData.Payload![index]!)] = true;
            }
        }
    }
}
