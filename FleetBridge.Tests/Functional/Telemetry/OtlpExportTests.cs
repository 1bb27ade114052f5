using System.Diagnostics;
using Amazon.Emulation;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Telemetry;

/// <summary>The program as a process, with OpenTelemetry's variables and without.</summary>
public sealed class OtlpExportTests : CliTest
{
    [Fact]
    public async Task Metrics_and_traces_reach_the_collector()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var aws = await AwsEmulator.StartAsync();
        await using var serving = await StartAsync(collector.Address, aws.Environment);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri($"http://127.0.0.1:{serving.HttpPort}/aws/1/deployment/fleet/check?fleet_name=my-secret-name"));
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var span = await EventuallyAsync(
            async () => await client.SendAsync(Copy(request)),
            () => collector.Spans.FirstOrDefault(span => span.Name == "aws/1/deployment/fleet/check"));
        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), (span.TraceId, span.ParentId));
        Assert.Equal("false", span.Attributes["fleetbridge.request.result"]);

        // of the first request only the end may have been seen
        ReceivedSpan? call = null;
        await Eventually.TrueAsync(
            () => (call = collector.Spans.FirstOrDefault(one => one.Name == "GameLift/DescribeFleetAttributes" && one.TraceId == span.TraceId)) is not null,
            "the AWS call's span has come");
        Assert.Contains(collector.Spans, one => one.SpanId == call!.ParentId && one.Name == span.Name);
        Assert.Equal(("aws-api", "200"), (call!.Attributes["rpc.system"], call.Attributes["http.response.status_code"]));

        await Eventually.TrueAsync(
            () => collector.Points.Any(point => point is { Name: "fleetbridge.request.duration", Unit: "s" }
                && point.Attributes["fleetbridge.request.path"] == "deployment/fleet/check")
                && collector.Points.Any(point => point.Name == "fleetbridge.remote.call.duration" && point.Attributes["rpc.service"] == "GameLift")
                && collector.Points.Any(point => point is { Name: "fleetbridge.backend.generations", Unit: "{generation}" }),
            "the metrics have come");
        Assert.Equal("fleetbridge", collector.Resource["service.name"]);
        Assert.Contains(collector.Requests, one => one is { Path: "/v1/metrics", Header: "given" });
        Assert.Contains(collector.Requests, one => one is { Path: "/v1/traces", Header: "given" });
        Assert.DoesNotContain(
            collector.Points.SelectMany(point => point.Attributes.Values).Concat(collector.Spans.SelectMany(one => one.Attributes.Values)),
            value => value.Contains("my-secret-name", StringComparison.Ordinal) || value.Contains(aws.Credentials.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Service_has_the_name_of_the_variable_and_what_is_left_is_sent_at_the_end()
    {
        Requires.Linux();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var serving = await StartAsync(
            collector.Address,
            new Dictionary<string, string>
            {
                ["OTEL_SERVICE_NAME"] = "my-bridge",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "600000",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "600000",
            });
        await Eventually.TrueAsync(() => LoadedByAsync(serving), "the SDK is loaded");
        using var client = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                // until the exporter listens; it is made in the background
                using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{serving.HttpPort}/aws/1/metadata"), null);
                return await LoadedByAsync(serving, "OpenTelemetry.Exporter");
            },
            "the exporter is loaded");
        Assert.Empty(collector.Requests);
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
        Assert.Equal("my-bridge", collector.Resource["service.name"]);
        Assert.Contains(collector.Points, point => point.Name == "fleetbridge.active_requests");
    }

    [Fact]
    public async Task Without_the_variable_nothing_of_the_sdk_is_loaded()
    {
        Requires.Linux();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(State);
        await AnsweredAsync(serving);
        Assert.False(await LoadedByAsync(serving));
    }

    [Fact]
    public async Task Sdk_that_is_disabled_is_not_loaded()
    {
        Requires.Linux();
        await using var serving = await StartAsync("http://127.0.0.1:1", new Dictionary<string, string> { ["OTEL_SDK_DISABLED"] = "true" });
        await AnsweredAsync(serving);
        Assert.False(await LoadedByAsync(serving));
    }

    [Fact]
    public async Task Collector_that_fails_is_one_warning_and_disturbs_nothing()
    {
        Requires.Unix();
        await using var collector = await OtlpReceiver.StartAsync(() => throw new IOException("it is down"));
        var address = new Uri(collector.Address);
        await using var serving = await StartAsync($"http://me:password@{address.Authority}", new Dictionary<string, string>());
        var log = (string)serving.Announcement["log_file"]!;
        await Eventually.TrueAsync(async () => (await ReadAsync(log)).Contains("cannot be sent", StringComparison.Ordinal), "it is said");
        var before = collector.Requests.Count;
        await Eventually.TrueAsync(() => collector.Requests.Count > before + 2, "it is tried again");
        await AnsweredAsync(serving);
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
        var text = await ReadAsync(log);
        Assert.Single(text.Split('\n'), line => line.Contains($"cannot be sent to {collector.Address} ", StringComparison.Ordinal));
        Assert.DoesNotContain("password", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_that_is_not_there_is_a_warning_and_the_end_is_as_usual()
    {
        Requires.Unix();
        await using var serving = await StartAsync("http://127.0.0.1:1", new Dictionary<string, string>());
        var log = (string)serving.Announcement["log_file"]!;
        await Eventually.TrueAsync(
            async () => (await ReadAsync(log)).Contains("cannot be sent to http://127.0.0.1:1 (", StringComparison.Ordinal), "it is said");
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
    }

    [Fact]
    public async Task Collector_that_hangs_does_not_hold_up_the_end()
    {
        Requires.Unix();
        var never = new TaskCompletionSource();
        await using var collector = await OtlpReceiver.StartAsync(() => never.Task);
        await using var serving = await StartAsync(collector.Address, new Dictionary<string, string>());
        await Eventually.TrueAsync(() => !collector.Requests.IsEmpty, "the collector was asked");
        var watch = Stopwatch.StartNew();
        serving.Process.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await serving.Process.WaitAsync()).Code);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        never.SetResult();
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri);
        copy.Headers.Add("traceparent", request.Headers.GetValues("traceparent"));
        return copy;
    }

    /// <summary>The exporter is made in the background: what came before it is not seen, so it is asked again.</summary>
    private static async Task<T> EventuallyAsync<T>(Func<Task> again, Func<T?> find)
        where T : class
    {
        T? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await again();
                return (found = find()) is not null;
            },
            "it has come");
        return found!;
    }

    private static async Task AnsweredAsync(ServingProcess serving) =>
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/aws/1/metadata")).Status);

    private static async Task<bool> LoadedByAsync(ServingProcess serving, string assembly = "OpenTelemetry") =>
        (await File.ReadAllTextAsync($"/proc/{serving.Announcement["pid"]}/maps")).Contains($"/{assembly}", StringComparison.Ordinal);

    private static async Task<string> ReadAsync(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return await reader.ReadToEndAsync();
    }

    private Task<ServingProcess> StartAsync(string endpoint, IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-test=given",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        foreach (var (name, value) in environment)
        {
            all[name] = value;
        }

        return ServingProcess.StartAsync(State, ["--http-port", "0", "--websocket-port", "0"], all);
    }
}
