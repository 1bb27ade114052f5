using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A host and a worker as processes, with the commands that a user types; each of the two can be killed and started again.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FleetProcesses : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FleetBridgeProcess? _worker;
    private HostProcess? _host;
    private int _port;

    /// <summary>Variables of the worker, from its next start on.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The host.</summary>
    public FleetBridgeProcess Host => _host!.Process;

    /// <summary>The worker.</summary>
    public FleetBridgeProcess Worker => _worker!;

    /// <summary>The worker's announcement.</summary>
    public JsonNode Announced { get; private set; } = null!;

    /// <summary>The host's address, also while it is away.</summary>
    public string Url => $"http://127.0.0.1:{_port}";

    /// <summary>The state folder of the host and of every command.</summary>
    public string State => _folder["state"];

    /// <summary>What the worker has logged.</summary>
    public string WorkerLog => File.ReadAllText(_folder["worker", "worker.log"]);

    /// <summary>A path in the folder of all this.</summary>
    public string this[string name] => _folder[name];

    public async Task StartHostAsync()
    {
        _host = await HostProcess.StartAsync(State, _port);
        _port = _host.HttpPort;
    }

    public async Task KillHostAsync()
    {
        _host!.Process.Signal(FleetBridgeProcess.Kill);
        await _host.Process.WaitAsync();
        await _host.DisposeAsync();
        _host = null;
    }

    /// <summary>Starts a worker on the same folder as the one before it.</summary>
    public async Task StartWorkerAsync()
    {
        _worker = FleetBridgeProcess.Start(
            State, ["worker", "--host", Url, "--data", _folder["worker"], "--name", "tester", "--json"], Environment);
        await _worker.WaitForAsync(worker => worker.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
        Announced = JsonNode.Parse(_worker.Output.Split('\n')[0])!;
    }

    public async Task KillWorkerAsync()
    {
        _worker!.Signal(FleetBridgeProcess.Kill);
        await _worker.WaitAsync();
        await _worker.DisposeAsync();
        _worker = null;
    }

    /// <summary>Starts both, and waits until the worker is alive.</summary>
    public async Task StartAsync()
    {
        await StartHostAsync();
        await StartWorkerAsync();
        await Eventually.TrueAsync(async () => (string?)(await JsonAsync("workers"))["items"]![0]?["status"] == "alive", "the worker is alive");
    }

    /// <summary>Runs a command that has to succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(params string[] args)
    {
        var result = await TryAsync(args);
        Assert.True(result.Code == 0, $"{string.Join(' ', args)} ended with {result.Code}: {result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Runs a command.</summary>
    public Task<FleetBridgeResult> TryAsync(params string[] args) => FleetBridgeProcess.RunAsync(State, [.. args, "--url", Url]);

    /// <summary>Runs a command that has to succeed and prints JSON.</summary>
    public async Task<JsonNode> JsonAsync(params string[] args) => JsonNode.Parse(await RunAsync([.. args, "--json"]))!;

    /// <summary>A server, with its recent ends.</summary>
    public async Task<JsonNode> ServerAsync(string id) => JsonNode.Parse(await _host!.GetAsync($"server/{id}"))!;

    /// <summary>Waits until a server is in a state.</summary>
    /// <returns>The server then.</returns>
    public async Task<JsonNode> StateAsync(string id, string state)
    {
        JsonNode? server = null;
        await Eventually.TrueAsync(
            async () => (string)(server = await ServerAsync(id))["state"]! == state, () => $"it is {state}: {server!.ToJsonString()}");
        return server!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        await LeftServers.EndAsync(_folder.Path);
        _folder.Dispose();
    }
}
