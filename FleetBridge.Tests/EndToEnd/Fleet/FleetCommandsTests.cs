using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A host, a worker and a server as processes, as a user runs them; each is killed once.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FleetCommandsTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private HostProcess? _host;
    private FleetBridgeProcess? _worker;

    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsLinux())
        {
            _host = await HostProcess.StartAsync(_folder["state"]);
        }
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

        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_is_added_started_read_and_found_again_after_kills_and_stopped_in_order()
    {
        Requires.GameServerProgram();
        var game = GameServerProgram.BuildIn(_folder["game"]);
        await StartWorkerAsync();
        await Eventually.TrueAsync(async () => (string)(await JsonAsync("workers"))["items"]![0]!["status"]! == "alive", "the worker is alive");

        var server = await JsonAsync(
            "server", "add", "--game", $"folder:{game}", "--executable", "bin/game_server", "--arg=--rate", "--arg=50", "--arg=--show-env",
            "--arg=GREETING", "--env", "GREETING=hi", "--stop-command", "quit");
        var id = (string)server["id"]!;
        Assert.Equal("stopped", (string)server["desired_state"]!);
        var started = await JsonAsync("server", "start", id, "--wait");
        Assert.Equal("done", (string)started["status"]!);
        await StateAsync(id, "ready");
        var pid = (int)(await ServerAsync(id))["pid"]!;

        // the worker's end is not the servers'
        _worker!.Signal(FleetBridgeProcess.Kill);
        await _worker.WaitAsync();
        var away = await JsonAsync("server", "send", id, "hello");
        Assert.Equal("pending", (string)away["status"]!);
        await StartWorkerAsync();
        await Eventually.TrueAsync(async () => (await RunAsync("server", "logs", id)).Contains("stdin: hello", StringComparison.Ordinal), "the line arrives");
        await StateAsync(id, "ready");
        Assert.Equal(pid, (int)(await ServerAsync(id))["pid"]!);

        // nor is the host's
        _host = await _host!.KillAndStartAsync(_folder["state"]);
        await StateAsync(id, "ready");
        Assert.Equal(pid, (int)(await ServerAsync(id))["pid"]!);

        var log = await RunAsync("server", "logs", id);
        Assert.Contains("env GREETING=hi", log, StringComparison.Ordinal);
        var numbers = log.Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..])).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Equal(2, (await RunAsync("server", "logs", id, "--tail", "2")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var stopped = await JsonAsync("server", "stop", id, "--wait");
        Assert.Equal("done", (string)stopped["status"]!);
        var ended = await ServerAsync(id);
        Assert.Equal(("stopped", "command", 0), ((string)ended["state"]!, (string)ended["stopped_by"]!, (int)ended["exit_code"]!));
        var end = (await JsonAsync("server", "show", id))["recent_ends"]!.AsArray().Single()!;
        Assert.Equal((0, true), ((int)end["exit_code"]!, (bool)end["was_asked"]!));
        Assert.Contains("exited with code 0", await RunAsync("server", "show", id), StringComparison.Ordinal);
        await RunAsync("server", "delete", id);
        await Eventually.TrueAsync(async () => (await JsonAsync("servers"))["items"]!.AsArray().Count == 0, "it is gone");

        var workerId = (string)(await JsonAsync("workers"))["items"]![0]!["id"]!;
        await RunAsync("worker", "shutdown", workerId);
        Assert.Equal(0, (await _worker.WaitAsync()).Code);
        Assert.Equal("shutdown", (string)(await JsonAsync("workers"))["items"]![0]!["status"]!);
    }

    private async Task StartWorkerAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        _worker = FleetBridgeProcess.Start(
            _folder["state"], ["worker", "--host", $"http://127.0.0.1:{_host!.HttpPort}", "--data", _folder["worker"], "--json"]);
        await _worker.WaitForAsync(worker => worker.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
        var line = JsonNode.Parse(_worker.Output.Split('\n')[0])!;
        Assert.Equal(_worker.Id, (int)line["pid"]!);
    }

    private Task StateAsync(string id, string state) =>
        Eventually.TrueAsync(async () => (string)(await ServerAsync(id))["state"]! == state, $"it is {state}");

    private async Task<JsonNode> ServerAsync(string id) =>
        (await JsonAsync("servers"))["items"]!.AsArray().Single(server => (string)server!["id"]! == id)!;

    private async Task<JsonNode> JsonAsync(params string[] args) => JsonNode.Parse(await RunAsync([.. args, "--json"]))!;

    private async Task<string> RunAsync(params string[] args)
    {
        var result = await FleetBridgeProcess.RunAsync(_folder["state"], [.. args, "--url", $"http://127.0.0.1:{_host!.HttpPort}"]);
        Assert.True(result.Code == 0, $"{string.Join(' ', args)} ended with {result.Code}: {result.Output}{result.Error}");
        return result.Output;
    }
}
