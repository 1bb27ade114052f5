using FleetBridge.Benchmarks.Programs;

namespace FleetBridge.Benchmarks;

/// <summary>What every figure is given.</summary>
internal sealed record Bench(Place Place, Published Published, BenchmarkOptions Options, CancellationToken Cancellation)
{
    /// <summary>Starts a bridge in its default configuration, with a new state folder.</summary>
    /// <param name="backends">A folder with more backends, if any.</param>
    /// <param name="environment">Variables that it is given, such as those that lead to a stand-in.</param>
    public Served StartBridge(string? backends = null, IReadOnlyDictionary<string, string>? environment = null) => Served.Start(
        Published.Bridge,
        (http, webSocket) =>
        [
            "serve", "--http-port", $"{http}", "--websocket-port", $"{webSocket}",
            .. backends is null ? Array.Empty<string>() : ["--backends", backends],
        ],
        Place.NewFolder("state"),
        environment);

    /// <summary>Starts a host with a new state folder.</summary>
    /// <param name="store">Its store, if it is another one than the default.</param>
    public Served StartHost(string? store = null) => Served.Start(
        Published.Bridge,
        (http, tls) =>
        [
            "host", "--http-port", $"{http}", "--tls-port", $"{tls}", .. store is null ? Array.Empty<string>() : ["--store", store],
        ],
        Place.NewFolder("state"));

    /// <summary>Starts a worker of a host, with a new folder.</summary>
    /// <param name="host">The host, which has been started.</param>
    public Served StartWorker(Served host)
    {
        var state = Place.NewFolder("state");
        return Served.Start(
            Published.Bridge,
            (_, _) => ["worker", "--host", $"http://127.0.0.1:{host.HttpPort}", "--data", Path.Combine(state, "worker"), "--json"],
            state);
    }

    /// <summary>Starts the floor.</summary>
    /// <param name="bytes">How long its constant answer is.</param>
    public Served StartFloor(int bytes) => Served.Start(
        Published.Floor, (http, webSocket) => [$"{http}", $"{webSocket}", $"{bytes}"], Place.NewFolder("state"));

    /// <summary>Starts the floor as a host of game servers that stores nothing.</summary>
    /// <param name="bytes">About how long its answers are.</param>
    public Served StartFleetStub(int bytes) => Served.Start(
        Published.Floor, (http, webSocket) => [$"{http}", $"{webSocket}", $"{bytes}", "fleet"], Place.NewFolder("state"));

    /// <summary>How long the bridge's <c>/metadata</c> is, so that the floor's constant is as long.</summary>
    public async Task<int> MeasureMetadataAsync()
    {
        await using var bridge = StartBridge();
        await bridge.WaitForBothPortsAsync(Cancellation);
        return Wire.HttpExchange.Post(bridge.HttpPort, Wire.HttpExchange.MetadataTarget).Body.Length;
    }
}
