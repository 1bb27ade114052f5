using System.Diagnostics;
using System.Net.Sockets;
using FleetBridge.Core.Ports;
using FleetBridge.Tests.Functional.Logs;
using FleetBridge.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>Each limit, small enough to be reached: what the client sees that reaches it, and what does not count.</summary>
public sealed class PortLimitsTests(ITestOutputHelper output)
{
    private const string Check = "/probe/1/deployment/thing/check";

    /// <summary>The server looks once a second.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connection_too_many_is_closed_and_told_and_the_next_one_served(bool ofRequests)
    {
        await using var bridge = await TestBridge.StartAsync(
            output,
            httpLimits: PortLimits.Requests with { MostConnections = 2 },
            logLimits: PortLimits.Log with { MostConnections = 2 });
        var port = ofRequests ? bridge.HttpPort : bridge.WebSocketPort;
        using var first = await RawHttp.ConnectAsync(port);
        using (var second = await RawHttp.ConnectAsync(port))
        {
            // a connection counts once the server has taken it up, which is in no order
            Assert.True(await IsServedAsync(first, port));
            Assert.True(await IsServedAsync(second, port));
            using var extra = await RawHttp.ConnectAsync(port);
            Assert.True(await extra.IsClosedAsync());
            await first.SendAsync(RawHttp.EngineRequest(port, "/healthz", "GET"));
            Assert.Equal(200, (await first.ReadResponseAsync()).Status);
        }

        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("maximum number of concurrent connections", StringComparison.Ordinal), "the log tells it");
        await Eventually.TrueAsync(() => IsServedAsync(port), "the place of the one that has gone is free");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Idle_connection_is_closed_when_its_time_is_over(bool ofRequests)
    {
        await using var bridge = await StartAsync(new() { MostConnections = 100, MostUpgraded = 4, KeepAlive = Short });
        var port = ofRequests ? bridge.HttpPort : bridge.WebSocketPort;
        using var silent = await RawHttp.ConnectAsync(port);
        using var used = await RawHttp.ConnectAsync(port);
        await used.SendAsync(RawHttp.EngineRequest(port, "/healthz", "GET"));
        Assert.Equal(200, (await used.ReadResponseAsync()).Status);
        var watch = Stopwatch.StartNew();
        Assert.True(await silent.IsClosedAsync());
        Assert.True(await used.IsClosedAsync());
        Assert.InRange(watch.Elapsed, Short / 2, Eventually.Limit);
    }

    [Fact]
    public async Task Running_request_and_idle_log_client_outlast_every_limit()
    {
        var limits = new PortLimits
        {
            MostConnections = 100,
            MostUpgraded = 4,
            KeepAlive = Short,
            Headers = Short,
            BodyRate = new MinDataRate(240, Short * 1.5),
        };
        await using var bridge = await StartAsync(limits);
        using var editor = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        using var running = await RawHttp.ConnectAsync(bridge.HttpPort);
        var files = new ProbeFiles(bridge.Folder);
        await running.SendAsync(RawHttp.EngineRequest(bridge.HttpPort, $"/probe/1/deployment/thing/create?{files.Query}"));
        await files.WaitUntilBegunAsync();
        for (var i = 0; i < 3; i++)
        {
            using var idle = await RawHttp.ConnectAsync(bridge.HttpPort);
            Assert.True(await idle.IsClosedAsync());
        }

        files.OpenGate();
        Assert.Equal("True", (string?)(await running.ReadResponseAsync()).Json["Overall Result"]);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=still");
        await Eventually.TrueAsync(
            async () => (string?)(await editor.ReadRecordAsync())["message"] == "still 1", "the log client still reads");
    }

    [Fact]
    public void Idle_time_by_default_is_longer_than_the_engine_keeps_a_connection()
    {
        // CURLOPT_MAXAGE_CONN: libcurl uses no connection again that has been idle for 118 s
        Assert.InRange(PortLimits.Requests.KeepAlive, TimeSpan.FromSeconds(118 * 2), TimeSpan.FromHours(1));
        Assert.True(PortLimits.Log.AllowsSlowReaders);
        var limits = new KestrelServerLimits();
        PortLimits.Log.ApplyTo(limits);
        Assert.Null(limits.MinResponseDataRate);
        Assert.NotNull(limits.MinRequestBodyDataRate);
    }

    [Fact]
    public async Task Body_that_comes_too_slowly_is_408_with_json()
    {
        await using var bridge = await StartAsync(PortLimits.Requests with { BodyRate = new MinDataRate(240, Short * 1.5) });
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync("POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nslow");
        var response = await raw.ReadResponseAsync();
        Assert.Equal(408, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        await raw.ReadToEndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Headers_that_do_not_end_are_408(bool ofRequests)
    {
        await using var bridge = await StartAsync(PortLimits.Requests with { Headers = Short });
        using var raw = await RawHttp.ConnectAsync(ofRequests ? bridge.HttpPort : bridge.WebSocketPort);
        await raw.SendAsync($"POST {Check} HTTP/1.1\r\nHost: localhost\r\n");
        Assert.StartsWith("HTTP/1.1 408 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        await raw.ReadToEndAsync();
    }

    [Fact]
    public async Task Client_that_drips_its_headers_is_let_go_and_others_are_served_meanwhile()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), PortLimits.Requests.Headers);
        await using var bridge = await StartAsync(PortLimits.Requests with { Headers = Short });
        var watch = Stopwatch.StartNew();
        using var raw = await RawHttp.ConnectAsync(bridge.HttpPort);
        await raw.SendAsync($"POST {Check} HTTP/1.1\r\nHost: localhost\r\n");
        using var ended = new CancellationTokenSource();
        var dripping = DripAsync(raw, ended.Token);
        Assert.True(await IsServedAsync(bridge.HttpPort));
        Assert.StartsWith("HTTP/1.1 408 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, Short, Eventually.Limit);
        await ended.CancelAsync();
        await dripping;
        Assert.True(await IsServedAsync(bridge.HttpPort));
    }

    [Theory]
    [InlineData(60, 10, 200)]
    [InlineData(PortLimits.MostHeaders, 10, 431)]
    [InlineData(10, PortLimits.MostHeaderBytes / 10, 431)]
    [InlineData(1, PortLimits.MostHeaderBytes, 431)]
    [InlineData(10, PortLimits.MostHeaderBytes / 20, 200)]
    public async Task Headers_that_are_too_many_or_too_long_are_431(int count, int length, int status)
    {
        await using var bridge = await StartAsync(PortLimits.Requests);
        var port = status == 200 ? bridge.HttpPort : bridge.WebSocketPort;
        foreach (var each in new[] { bridge.HttpPort, port })
        {
            using var raw = await RawHttp.ConnectAsync(each);
            var headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('x', length)}\r\n"));
            await raw.SendAsync($"POST {Check} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 0\r\n\r\n");
            Assert.StartsWith($"HTTP/1.1 {status} ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        }
    }

    private Task<TestBridge> StartAsync(PortLimits limits) => TestBridge.StartAsync(
        output, httpLimits: limits, logLimits: limits with { MostUpgraded = 4 });

    /// <summary>Sends a header every tenth of a second, and never the last one.</summary>
    private static async Task DripAsync(RawHttp raw, CancellationToken ended)
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                await raw.SendAsync("X-Drip: x\r\n");
                await Task.Delay(100, ended);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // the bridge has closed it, or the test is over
        }
    }

    private static async Task<bool> IsServedAsync(int port)
    {
        using var raw = await RawHttp.ConnectAsync(port);
        return await IsServedAsync(raw, port);
    }

    private static async Task<bool> IsServedAsync(RawHttp raw, int port)
    {
        try
        {
            await raw.SendAsync(RawHttp.EngineRequest(port, "/healthz", "GET"));
            return (await raw.ReadResponseAsync()).Status == 200;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
