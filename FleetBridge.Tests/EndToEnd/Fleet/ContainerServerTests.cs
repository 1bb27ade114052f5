using System.Globalization;
using System.Runtime.Versioning;
using Docker.DotNet.Models;
using FleetBridge.Fleet.Containers;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>Games in containers, with a host, a worker, a Docker Engine and a registry as processes, and the commands that a user types.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ContainerServerTests(DockerEngine engine) : IClassFixture<DockerEngine>, IAsyncDisposable
{
    private readonly FleetProcesses _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Game_is_pulled_started_read_found_again_stopped_and_removed_with_its_container()
    {
        engine.Require();
        var published = await engine.PublishAsync("games/whole:1", 8_000_000);
        var registry = published[..published.IndexOf('/', StringComparison.Ordinal)];
        await using var wire = new BrokenWire(int.Parse(registry.Split(':')[1], CultureInfo.InvariantCulture)) { Delay = TimeSpan.FromMilliseconds(10) };
        await StartAsync($"{engine.Endpoint}");
        var image = published.Replace(registry, $"127.0.0.1:{wire.Port}", StringComparison.Ordinal);

        var added = await _fleet.JsonAsync(
            "server", "add", "--game", $"docker:{image}", "--executable", "game_server", "--arg=--ready", "--arg=line", "--arg=--ready-after",
            "--arg=300", "--arg=--rate", "--arg=20", "--arg=--trap", "--arg=TERM", "--arg=--exit-code", "--arg=3", "--health", "log",
            "--health-pattern", "server is ready", "--stop-command", "say goodbye", "--stop-timeout", "0.5");
        var id = (string)added["id"]!;
        Assert.Equal("installing", (string)added["state"]!);
        await Eventually.TrueAsync(
            async () => (await _fleet.ServerAsync(id))["progress"] is { } progress && (double?)progress["percent"] is > 0 and < 100
                && (long?)progress["bytes"] > 0 && (long?)progress["total"] > 8_000_000,
            "a part of the image is there");
        Assert.Null((await _fleet.StateAsync(id, "stopped"))["progress"]);

        Assert.Equal("done", (string)(await _fleet.JsonAsync("server", "start", id, "--wait"))["status"]!);
        await _fleet.StateAsync(id, "ready");
        await using var follower = FleetBridgeProcess.Start(_fleet.State, ["server", "logs", id, "-f", "--url", _fleet.Url]);
        await follower.WaitForAsync(logs => logs.Output.Contains("server is ready\n", StringComparison.Ordinal), "the log from its beginning");
        await _fleet.RunAsync("server", "send", id, "hello");
        await follower.WaitForAsync(logs => logs.Output.Contains("stdin: hello\n", StringComparison.Ordinal), "what the server has read");

        // the worker's end is not the container's
        var (container, pid) = (await ContainerAsync(id), (int)(await _fleet.ServerAsync(id))["pid"]!);
        await _fleet.KillWorkerAsync();
        Assert.Equal("pending", (string)(await _fleet.JsonAsync("server", "send", id, "again"))["status"]!);
        await _fleet.StartWorkerAsync();
        await Eventually.TrueAsync(async () => (await LogAsync(id)).Contains("stdin: again\n", StringComparison.Ordinal), "the line arrives");
        Assert.Equal(pid, (int)(await _fleet.StateAsync(id, "ready"))["pid"]!);
        Assert.Equal(container, await ContainerAsync(id));

        Assert.Equal("done", (string)(await _fleet.JsonAsync("server", "stop", id, "--wait"))["status"]!);
        var log = await LogAsync(id);
        var numbers = log.Split('\n').Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
        Assert.Contains("goodbye\n", log, StringComparison.Ordinal);
        Assert.EndsWith("signal TERM\n", log, StringComparison.Ordinal);
        var ended = await _fleet.ServerAsync(id);
        Assert.Equal(("stopped", "signal", 3), ((string)ended["state"]!, (string)ended["stopped_by"]!, (int)ended["exit_code"]!));
        var end = ended["recent_ends"]!.AsArray().Single()!;
        Assert.Equal((3, true), ((int)end["exit_code"]!, (bool)end["was_asked"]!));

        await _fleet.RunAsync("server", "delete", id);
        await Eventually.TrueAsync(async () => (await _fleet.JsonAsync("servers"))["items"]!.AsArray().Count == 0, "it is gone");
        Assert.Empty(await ContainersAsync(id));
    }

    [Fact]
    public async Task Image_that_ends_at_once_crashes_as_often_as_its_limit_and_says_how()
    {
        engine.Require();
        await StartAsync($"{engine.Endpoint}");
        await File.WriteAllTextAsync(_fleet["configuration.json"], """{"restart": {"limit": 2}}""");
        var added = await _fleet.JsonAsync(
            "server", "add", "--game", $"docker:{DockerEngine.GameImage}", "--executable", "game_server", "--arg=--show-env", "--arg=LICENCE",
            "--arg=--exit-code", "--arg=9", "--arg=--exit-after", "--arg=0", "--configuration", _fleet["configuration.json"]);
        var id = (string)added["id"]!;
        await _fleet.StateAsync(id, "stopped");

        await _fleet.RunAsync("server", "start", id, "--no-wait");

        var failed = await _fleet.StateAsync(id, "failed");
        Assert.Equal((9, 1), ((int)failed["exit_code"]!, (int)failed["restarts"]!));
        Assert.Contains("It crashed 2 times within", (string)failed["reason"]!, StringComparison.Ordinal);
        // a busy machine may call it ready before it is gone
        Assert.Contains("It exited with code 9 ", (string)failed["reason"]!, StringComparison.Ordinal);
        Assert.Contains("env LICENCE is not set", (string)failed["reason"]!, StringComparison.Ordinal);
        Assert.Equal([(9, false), (9, false)], failed["recent_ends"]!.AsArray().Select(end => ((int)end!["exit_code"]!, (bool)end["was_asked"]!)));
    }

    [Fact]
    public async Task Worker_without_an_engine_says_so_and_so_do_the_errors()
    {
        engine.Require();
        await StartAsync($"{engine.Endpoint}");
        var id = (string)(await _fleet.JsonAsync(
            "server", "add", "--game", $"docker:{DockerEngine.GameImage}", "--executable", "game_server"))["id"]!;
        await _fleet.StateAsync(id, "stopped");
        await _fleet.KillWorkerAsync();
        var missing = $"unix://{_fleet["missing.sock"]}";

        _fleet.Environment["DOCKER_HOST"] = missing;
        await _fleet.StartWorkerAsync();

        await Eventually.TrueAsync(
            () => _fleet.WorkerLog.Split('\n').Any(line => line.Contains("No docker games are installed", StringComparison.Ordinal)
                && line.Contains(missing, StringComparison.Ordinal)),
            "the worker's log names the socket");
        await _fleet.StateAsync(id, "stopped");
        foreach (var named in new string[][] { [], ["--worker", (string)_fleet.Announced["worker_id"]!] })
        {
            var refused = await _fleet.TryAsync(["server", "add", "--game", $"docker:{DockerEngine.GameImage}", .. named]);
            Assert.NotEqual(0, refused.Code);
            Assert.Contains($"There is no container engine at {missing}", refused.Error, StringComparison.Ordinal);
        }

        var start = await _fleet.TryAsync("server", "start", id);
        Assert.Equal(1, start.Code);
        Assert.Contains(missing, start.Output, StringComparison.Ordinal);
        Assert.Contains(missing, (string)(await _fleet.ServerAsync(id))["reason"]!, StringComparison.Ordinal);

        // the engine that starts later is found without a restart of the worker
        File.CreateSymbolicLink(_fleet["missing.sock"], engine.Endpoint.LocalPath);
        await Eventually.TrueAsync(
            async () => (await _fleet.TryAsync("server", "add", "--game", $"docker:{DockerEngine.GameImage}")).Code == 0, "a server can be added");
        await _fleet.RunAsync("server", "start", id);
        await _fleet.StateAsync(id, "ready");
    }

    private async Task StartAsync(string engineAddress)
    {
        _fleet.Environment["DOCKER_HOST"] = engineAddress;
        _fleet.Environment["FLEETBRIDGE_CONTAINER_NETWORK"] = "none";
        await _fleet.StartAsync();
    }

    private Task<string> LogAsync(string id) => _fleet.RunAsync("server", "logs", id);

    private async Task<string> ContainerAsync(string id) => Assert.Single(await ContainersAsync(id));

    private async Task<IEnumerable<string>> ContainersAsync(string id) =>
        (await engine.Client.Containers.ListContainersAsync(new ContainersListParameters
        {
            All = true,
            Filters = ContainerLabels.Filter($"{ContainerLabels.Server}={id}"),
        })).Select(container => container.ID);
}
