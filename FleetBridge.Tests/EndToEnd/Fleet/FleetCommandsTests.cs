using System.Runtime.Versioning;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A host, a worker and a server as processes, as a user runs them; each is killed once.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FleetCommandsTests : IAsyncDisposable
{
    private readonly FleetProcesses _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task A_server_is_added_started_read_and_found_again_after_kills_and_stopped_in_order()
    {
        Requires.GameServerProgram();
        var game = GameServerProgram.BuildIn(_fleet["game"]);
        await _fleet.StartAsync();
        Assert.Equal(_fleet.Worker.Id, (int)_fleet.Announced["pid"]!);

        var server = await _fleet.JsonAsync(
            "server", "add", "--game", $"folder:{game}", "--executable", "bin/game_server", "--arg=--rate", "--arg=50", "--arg=--show-env",
            "--arg=GREETING", "--env", "GREETING=hi", "--stop-command", "quit");
        var id = (string)server["id"]!;
        Assert.Equal("stopped", (string)server["desired_state"]!);
        var started = await _fleet.JsonAsync("server", "start", id, "--wait");
        Assert.Equal("done", (string)started["status"]!);
        await _fleet.StateAsync(id, "ready");
        var pid = (int)(await _fleet.ServerAsync(id))["pid"]!;

        // the worker's end is not the servers'
        await _fleet.KillWorkerAsync();
        var away = await _fleet.JsonAsync("server", "send", id, "hello");
        Assert.Equal("pending", (string)away["status"]!);
        await _fleet.StartWorkerAsync();
        await Eventually.TrueAsync(async () => (await _fleet.RunAsync("server", "logs", id)).Contains("stdin: hello", StringComparison.Ordinal), "the line arrives");
        await _fleet.StateAsync(id, "ready");
        Assert.Equal(pid, (int)(await _fleet.ServerAsync(id))["pid"]!);

        // nor is the host's
        await _fleet.KillHostAsync();
        await _fleet.StartHostAsync();
        await _fleet.StateAsync(id, "ready");
        Assert.Equal(pid, (int)(await _fleet.ServerAsync(id))["pid"]!);

        var log = await _fleet.RunAsync("server", "logs", id);
        Assert.Contains("env GREETING=hi", log, StringComparison.Ordinal);
        var numbers = log.Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..])).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Equal(2, (await _fleet.RunAsync("server", "logs", id, "--tail", "2")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        var stopped = await _fleet.JsonAsync("server", "stop", id, "--wait");
        Assert.Equal("done", (string)stopped["status"]!);
        var ended = await _fleet.ServerAsync(id);
        Assert.Equal(("stopped", "command", 0), ((string)ended["state"]!, (string)ended["stopped_by"]!, (int)ended["exit_code"]!));
        var end = (await _fleet.JsonAsync("server", "show", id))["recent_ends"]!.AsArray().Single()!;
        Assert.Equal((0, true), ((int)end["exit_code"]!, (bool)end["was_asked"]!));
        Assert.Contains("exited with code 0", await _fleet.RunAsync("server", "show", id), StringComparison.Ordinal);
        await _fleet.RunAsync("server", "delete", id);
        await Eventually.TrueAsync(async () => (await _fleet.JsonAsync("servers"))["items"]!.AsArray().Count == 0, "it is gone");

        var workerId = (string)(await _fleet.JsonAsync("workers"))["items"]![0]!["id"]!;
        await _fleet.RunAsync("worker", "shutdown", workerId);
        Assert.Equal(0, (await _fleet.Worker.WaitAsync()).Code);
        Assert.Equal("shutdown", (string)(await _fleet.JsonAsync("workers"))["items"]![0]!["status"]!);
    }
}
