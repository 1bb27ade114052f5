using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A host and two workers as processes, each worker behind a wire that can be cut; any of them may be killed and comes back.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ChaosFleet : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly TemporaryFolder _folder;
    private readonly FleetBridgeProcess?[] _workers;
    private HostProcess? _host;

    private ChaosFleet(TemporaryFolder folder, HostProcess host, int workers)
    {
        (_folder, _host, _workers) = (folder, host, new FleetBridgeProcess?[workers]);
        HostPort = host.HttpPort;
        Wires = [.. Enumerable.Range(0, workers).Select(_ => new BrokenWire(HostPort))];
    }

    /// <summary>The way of each worker to the host.</summary>
    public IReadOnlyList<BrokenWire> Wires { get; }

    /// <summary>The host's address.</summary>
    public string Url => $"http://127.0.0.1:{HostPort}";

    private int HostPort { get; }

    public static async Task<ChaosFleet> StartAsync(TemporaryFolder folder, int workers)
    {
        var fleet = new ChaosFleet(folder, await HostProcess.StartAsync(folder["state"]), workers);
        for (var i = 0; i < workers; i++)
        {
            await fleet.StartWorkerAsync(i);
        }

        await Eventually.TrueAsync(
            async () => (await fleet.GetAsync("worker"))?["items"]?.AsArray().Count(worker => (string?)worker!["status"] == "alive") == workers,
            "workers that are alive");
        return fleet;
    }

    /// <summary>Kills the host. Its own dying breath is waited for, so that its store is free.</summary>
    public async Task KillHostAsync()
    {
        _host!.Process.Signal(FleetBridgeProcess.Kill);
        await _host.Process.WaitAsync();
        await _host.DisposeAsync();
        _host = null;
    }

    public async Task StartHostAsync() => _host = await HostProcess.StartAsync(_folder["state"], HostPort);

    public async Task KillWorkerAsync(int index)
    {
        _workers[index]!.Signal(FleetBridgeProcess.Kill);
        await _workers[index]!.WaitAsync();
        await _workers[index]!.DisposeAsync();
        _workers[index] = null;
    }

    /// <summary>Starts one and waits until it has its servers; its host it may not reach yet.</summary>
    public async Task StartWorkerAsync(int index)
    {
        var worker = FleetBridgeProcess.Start(
            _folder["state", $"worker-{index}"],
            ["worker", "--host", $"http://127.0.0.1:{Wires[index].Port}", "--data", _folder[$"worker-{index}"], "--name", $"worker-{index}", "--json"]);
        _workers[index] = worker;
        await worker.WaitForAsync(started => started.Output.Contains('\n', StringComparison.Ordinal), "a worker that announces itself");
    }

    /// <summary>Asks the host.</summary>
    /// <returns>Null when it is not there, or does not find it.</returns>
    public async Task<JsonNode?> GetAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(Uri(path));
            return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Sends something to the host.</summary>
    /// <returns>The response; null when none came, or it was refused.</returns>
    public async Task<JsonNode?> PostAsync(string path, JsonObject body, HttpStatusCode expected)
    {
        try
        {
            using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(Uri(path), content);
            return response.StatusCode == expected ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Adds a server, once a worker has said what it can install.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> AddAsync(JsonObject body)
    {
        JsonNode? server = null;
        await Eventually.TrueAsync(async () => (server = await PostAsync("server", body, HttpStatusCode.Created)) is not null, "a server");
        return (string)server!["id"]!;
    }

    /// <summary>What a server has printed; null when the host or the worker does not say.</summary>
    public async Task<string?> LogAsync(string server)
    {
        try
        {
            using var response = await _http.GetAsync(Uri($"server/{server}/log"));
            return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers.OfType<FleetBridgeProcess>())
        {
            await worker.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        foreach (var wire in Wires)
        {
            await wire.DisposeAsync();
        }

        _http.Dispose();
        await LeftServers.EndAsync(_folder.Path);
    }

    private Uri Uri(string path) => new($"http://127.0.0.1:{HostPort}/{path}");
}
