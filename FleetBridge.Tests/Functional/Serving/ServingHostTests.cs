using System.Net.Sockets;
using FleetBridge.Core.Client;
using FleetBridge.Core.Logs;
using FleetBridge.Protocol;
using FleetBridge.Serving;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Serving;

/// <summary>The order in which the parts of a bridge start and stop, whenever it is told to.</summary>
public sealed class ServingHostTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BridgeLog _log;

    public ServingHostTests() =>
        _log = BridgeLog.Open(new BridgeLogOptions { File = _folder["bridge.log"] }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        _folder.Dispose();
    }

    private ServingOptions Options => new()
    {
        Bridge = new BridgeCompositionOptions { BackendRoots = [Repository.ProbeRoot], StateFolder = _folder["state"] },
    };

    [Fact]
    public async Task Signal_before_the_host_exists_stops_it_in_order()
    {
        using var signals = new CancellationTokenSource();
        await signals.CancelAsync();
        await using var serving = await StartAsync(Options with { Signals = signals.Token });
        await serving.WaitForStopAsync().WaitAsync(Eventually.Limit);
        await AssertClosedAsync(serving);
    }

    [Fact]
    public async Task Signal_stops_it()
    {
        using var signals = new CancellationTokenSource();
        await using var serving = await StartAsync(Options with { Signals = signals.Token });
        var stopped = serving.WaitForStopAsync();
        Assert.Equal(200, (await RawHttp.PostAsync(serving.HttpPort, "/probe/1/metadata")).Status);
        Assert.False(stopped.IsCompleted);
        await signals.CancelAsync();
        await stopped.WaitAsync(Eventually.Limit);
        await AssertClosedAsync(serving);
    }

    [Fact]
    public async Task Input_that_ends_stops_it()
    {
        await using var serving = await StartAsync(Options with { Input = Stream.Null });
        await serving.WaitForStopAsync().WaitAsync(Eventually.Limit);
        await AssertClosedAsync(serving);
    }

    /// <summary>The clock stands still, so the host waits for the first request; the request does not wait for the host.</summary>
    [Fact]
    public async Task First_response_does_not_wait_for_the_host()
    {
        var clock = new WatchedTimeProvider();
        using var ports = BridgePorts.Bind(0, 0);
        var starting = ServingHost.StartAsync(
            Options with { FirstRequestLimit = TimeSpan.FromMinutes(1) }, ports, _log, clock);
        await clock.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await RawHttp.PostAsync(ports.Http.Port, "/healthz", "GET")).Status);
        Assert.False(starting.IsCompleted);
        Assert.Equal(200, (await RawHttp.PostAsync(ports.Http.Port, "/probe/1/metadata")).Status);
        await using var serving = await starting.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task Host_without_a_request_is_built_after_the_limit()
    {
        var clock = new WatchedTimeProvider();
        using var ports = BridgePorts.Bind(0, 0);
        var starting = ServingHost.StartAsync(
            Options with { FirstRequestLimit = TimeSpan.FromMinutes(1) }, ports, _log, clock);
        await clock.WaitForTimerAsync(TimeSpan.FromMinutes(1));
        clock.Advance(TimeSpan.FromMinutes(1));
        await using var serving = await starting.WaitAsync(Eventually.Limit);
    }

    [Fact]
    public async Task Start_that_fails_leaves_nothing_behind()
    {
        var ports = BridgePorts.Bind(0, 0);
        ports.WebSocket.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => ServingHost.StartAsync(Options, ports, _log, TimeProvider.System));
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(ports.Http.Port));
        Assert.Empty(Directory.GetDirectories(_folder["state", "generations"]));
    }

    [Fact]
    public async Task Stop_twice_is_one_stop()
    {
        await using var serving = await StartAsync(Options);
        await Task.WhenAll(serving.StopAsync(), serving.StopAsync()).WaitAsync(Eventually.Limit);
        await AssertClosedAsync(serving);
    }

    private Task<ServingHost> StartAsync(ServingOptions options) =>
        ServingHost.StartAsync(options, BridgePorts.Bind(0, 0), _log, TimeProvider.System);

    private async Task AssertClosedAsync(ServingHost serving)
    {
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(serving.HttpPort));
        await Assert.ThrowsAnyAsync<SocketException>(() => RawHttp.ConnectAsync(serving.WebSocketPort));
        Assert.Empty(Directory.GetDirectories(_folder["state", "generations"]));
        await Eventually.TrueAsync(() => ReadLog().Contains("The bridge has stopped.", StringComparison.Ordinal), "the log says so");
        Assert.DoesNotContain("Hosting", ReadLog(), StringComparison.Ordinal);
    }

    private string ReadLog()
    {
        using var reader = new StreamReader(new FileStream(
            _log.FilePath!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
