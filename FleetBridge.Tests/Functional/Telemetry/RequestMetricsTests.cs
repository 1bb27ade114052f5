using System.Diagnostics;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Telemetry;

/// <summary>What a running bridge shows of its requests and of itself.</summary>
public sealed class RequestMetricsTests(ITestOutputHelper output) : IDisposable
{
    private const string Duration = "fleetbridge.request.duration";
    private const string BackendTag = "fleetbridge.backend.name";
    private const string PathTag = "fleetbridge.request.path";
    private const string ResultTag = "fleetbridge.request.result";

    private readonly TemporaryFolder _root = new();
    private readonly string _name = $"b{Guid.NewGuid():N}";

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Requests_are_measured_by_backend_path_and_result()
    {
        BackendBuild.WriteProbe(_root.Path, "build-1", _name);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        await bridge.PostAsync($"/{_name}/1/metadata");
        await bridge.PostAsync($"/{_name}/1/deployment/thing_check?text=my%20secret");
        await bridge.PostAsync($"/{_name}/1/deployment/thing/check?unknown=x");
        await bridge.PostAsync($"/{_name}/1/what/a-client/wrote");
        await Eventually.TrueAsync(() => Of().Count == 4, "four requests are measured");
        Assert.Equal(
            [("metadata", "true"), ("deployment/thing/check", "true"), ("deployment/thing/check", "invalid_settings"), ("_OTHER", "not_found")],
            Of().Select(one => ((string)one.Tags[PathTag]!, (string)one.Tags[ResultTag]!)));
        Assert.All(Of(), one => Assert.Equal("s", one.Unit));
        Assert.DoesNotContain(
            listening.Measurements.SelectMany(one => one.Tags.Values).Concat(listening.Spans.SelectMany(span => span.TagObjects.Select(tag => tag.Value))),
            value => $"{value}".Contains("secret", StringComparison.Ordinal) || $"{value}".Contains("a-client", StringComparison.Ordinal));

        IReadOnlyList<Measured> Of() => listening.Of(Duration, BackendTag, _name);
    }

    [Fact]
    public async Task Request_to_a_backend_that_is_not_there_shows_nothing_of_its_name()
    {
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        await bridge.PostAsync($"/{_name}/1/metadata");
        await Eventually.TrueAsync(
            () => listening.Of(Duration, BackendTag, "_OTHER").Any(one => Equals(one.Tags[ResultTag], "not_found")), "it is measured");
        Assert.DoesNotContain(listening.Measurements, one => one.Tags.Values.Contains(_name));
        Assert.DoesNotContain(listening.Spans, span => span.DisplayName.Contains(_name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_with_a_traceparent_continues_that_trace()
    {
        BackendBuild.WriteProbe(_root.Path, "build-1", _name);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/{_name}/1/deployment/thing/check", UriKind.Relative));
        var trace = ActivityTraceId.CreateRandom();
        request.Headers.Add("traceparent", $"00-{trace}-00f067aa0ba902b7-01");
        using var answer = await bridge.Http.SendAsync(request);
        await bridge.PostAsync($"/{_name}/1/metadata");
        await Eventually.TrueAsync(() => Of("metadata") is not null, "both requests have a span");
        var span = Of("deployment/thing/check")!;
        Assert.Equal((trace, "00f067aa0ba902b7"), (span.TraceId, span.ParentSpanId.ToString()));
        Assert.Equal(ActivityKind.Server, span.Kind);
        Assert.Equal("true", span.GetTagItem(ResultTag));
        Assert.NotEqual(trace, Of("metadata")!.TraceId);

        Activity? Of(string path) => listening.Spans.FirstOrDefault(span => span.DisplayName == $"{_name}/1/{path}");
    }

    [Fact]
    public async Task Loads_are_measured_by_what_became_of_them()
    {
        using var listening = new Listening();
        var folder = BackendBuild.WriteProbe(_root.Path, "build-1", _name);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        await bridge.BuildAsync($"{_name}/1");
        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        Assert.Equal("build-2", await bridge.BuildAsync($"{_name}/1"));
        BackendBuild.Write(folder, [1, 2, 3]);
        await Eventually.TrueAsync(() => Outcomes().Count == 3, "three builds were tried");
        Assert.Equal(["loaded", "reloaded", "kept"], Outcomes());

        List<object?> Outcomes() => [.. listening.Of("fleetbridge.backend.load.duration", BackendTag, _name)
            .Select(one => one.Tags["fleetbridge.backend.load.outcome"])];
    }

    [Fact]
    public async Task Gauges_show_requests_generations_and_log_clients()
    {
        var folder = BackendBuild.WriteProbe(_root.Path, "build-1", _name);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        await bridge.BuildAsync($"{_name}/1");
        await Eventually.TrueAsync(() => Now() == (0, 1, 0, 0), "the first request has ended");

        var (mark, gate) = (_root["mark"], _root["gate"]);
        var waiting = bridge.PostAsync(
            $"/{_name}/1/deployment/thing/wait?gate={Uri.EscapeDataString(gate)}&mark={Uri.EscapeDataString(mark)}");
        await Eventually.TrueAsync(() => File.Exists(mark), "the operation has begun");
        BackendBuild.Write(folder, BackendBuild.Probe("build-2"));
        await bridge.BuildAsync($"{_name}/1");
        await Eventually.TrueAsync(() => Now() == (1, 1, 1, 0), "the request to the new build has ended, and the one to the old build has not");

        using (await RawWebSocket.ConnectAsync(bridge.WebSocketPort))
        {
            await Eventually.TrueAsync(() => Now().Clients == 1, "the log client is seen");
        }

        await File.WriteAllTextAsync(gate, "");
        await waiting;
        await bridge.OldGenerationsGoneAsync();
        await Eventually.TrueAsync(() => Now() == (0, 1, 0, 0), "all is as it was");

        (double Requests, double Serving, double Retired, double Clients) Now()
        {
            var all = listening.Observe(bridge.Server.Gauges!.Meter);
            return (
                Of("fleetbridge.active_requests"),
                Of("fleetbridge.backend.generations", "serving"),
                Of("fleetbridge.backend.generations", "retired"),
                Of("fleetbridge.log.clients"));

            double Of(string name, string? state = null) =>
                all.Single(one => one.Name == name && (state is null || one.Tags.Values.Contains(state))).Value;
        }
    }

    [Fact]
    public async Task Dropped_log_records_are_counted()
    {
        BackendBuild.WriteProbe(_root.Path, "build-1", _name);
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        await bridge.PostAsync($"/{_name}/1/deployment/thing/log?count=1500");
        await Eventually.TrueAsync(
            () => listening.Observe(bridge.Server.Gauges!.Meter).Single(one => one.Name == "fleetbridge.log.records.dropped").Value >= 500,
            "what is above the newest 1,000 is counted as dropped");
    }

    [Fact]
    public async Task Requests_that_are_turned_away_are_counted_by_status()
    {
        await using var bridge = await TestBridge.StartAsync(output, [_root.Path]);
        using var listening = new Listening();
        using var stranger = new HttpRequestMessage(HttpMethod.Post, new Uri("/aws/1/metadata", UriKind.Relative));
        stranger.Headers.Host = "example.com";
        using var refused = await bridge.Http.SendAsync(stranger);
        Assert.Equal(403, (int)refused.StatusCode);
        await Eventually.TrueAsync(
            () => listening.Of("fleetbridge.http.refusals", "http.response.status_code", 403).Count > 0, "it is counted");
    }
}
