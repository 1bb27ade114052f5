using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary><c>fleetbridge local</c> with the sample game server, all as processes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class LocalCommandTests : CliTest
{
    [Fact]
    public async Task Servers_host_sessions_start_again_and_end_with_ctrl_c()
    {
        Requires.Unix();
        await using var local = Start(
            "local", "--json", "--http-port", "0", "--tls-port", "0", "--executable", Repository.EchoServer, "--processes", "2", "--game-ports", "0");
        await WaitAsync(local, events => events.Count(Is("process_ready")) == 2, "both servers are ready");
        var host = Lines(local)[0];
        Assert.Equal(["name", "version", "http_port", "tls_port", "pid", "log_file", "store", "gateway_port", "page"],
            host.Select(member => member.Key));
        var url = $"http://127.0.0.1:{host["http_port"]}";

        var created = await RunAsync("session", "create", "--url", url, "--name", "arena", "--max-players", "2", "--player-id", "ada", "--json");
        Assert.True(created.Code == 0, created.Error);
        Assert.Equal("ada", (string?)created.Json["PlayerId"]);
        using var udp = new UdpClient();
        udp.Connect(IPAddress.Parse((string)created.Json["IpAddress"]!), (int)created.Json["Port"]!);
        Assert.Equal("welcome", await SayAsync(udp, (string)created.Json["PlayerSessionId"]!));
        var session = (string)created.Json["GameSessionId"]!;
        await WaitAsync(local, events => events.Any(line => Is("session_created")(line) && (string?)line["game_session_id"] == session), "the session is told");

        var found = await RunAsync("session", "find", "--url", url, "--json");
        Assert.Equal(session, (string?)Assert.Single(JsonNode.Parse(found.Output)!.AsArray())!["GameSessionId"]);
        var joined = await RunAsync("session", "join", "--url", url, "--session", session, "--player-id", "bob", "--open", "echo opened {connect}");
        Assert.Matches($@"opened 127\.0\.0\.1:{created.Json["Port"]}\?PlayerSessionId=psess-", joined.Output);
        Assert.Contains("connect string  127.0.0.1:", joined.Output, StringComparison.Ordinal);
        var listed = await RunAsync("session", "list", "--url", url);
        Assert.Matches(@"ACTIVE +2/2 +127\.0\.0\.1:", listed.Output);

        Assert.Equal(0, (await RunAsync("session", "terminate", "--url", url, "--session", session)).Code);
        await WaitAsync(
            local,
            events => events.Any(Is("session_ended")) && events.Any(Is("process_ended")) && events.Count(Is("process_ready")) == 3,
            "the server of the session has ended, and the next one is ready");

        local.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await local.WaitAsync()).Code);
        var started = StartedProcess().Matches(local.Error).Select(match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(3, started.Count);
        Assert.All(started, id => Assert.True(FleetBridgeProcess.IsGone(id), $"process {id} is still there"));
        Assert.Contains("Ready for players on UDP port", local.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_exits_at_once_is_shown_with_its_last_lines_and_pauses_grow()
    {
        Requires.Unix();
        var script = WriteScript("echo one; echo two >&2; exit 3");
        await using var local = Start(
            "local", "--json", "--http-port", "0", "--tls-port", "0", "--server-package-root", Folder.Path, "--fleet-launch-path", "/local/game/server.sh");
        await WaitAsync(local, events => events.Count(Is("process_ended")) == 3, "it has ended three times");
        var ended = Lines(local).Where(Is("process_ended")).Take(3).ToList();
        Assert.All(ended, line => Assert.Equal(3, (int)line["exit_code"]!));
        Assert.All(ended, line => Assert.Equal(["one", "two"], line["last_lines"]!.AsArray().Select(text => (string?)text).Order()));
        Assert.Equal([1, 2, 4], ended.Select(line => (double)line["restart_seconds"]!));
        Assert.Contains("server-1 exited with 3 after", local.Error, StringComparison.Ordinal);
        Assert.Contains("before ProcessReady. Its last lines:", local.Error, StringComparison.Ordinal);
        local.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await local.WaitAsync()).Code);
        Assert.True(File.Exists(script));
    }

    [Fact]
    public async Task Server_gets_the_variables_the_flags_and_its_arguments()
    {
        Requires.Unix();
        WriteScript("env | grep ^GAMELIFT_SDK_ | sort; pwd; for it in \"$@\"; do echo \"argument $it\"; done; sleep 60");
        await using var local = Start(
            "local", "--json", "--http-port", "0", "--tls-port", "0", "--executable", Folder["server.sh"], "--game-ports", "0", "--", "-log", "a b", "-x={name}");
        await local.WaitForAsync(program => program.Error.Contains("argument -glAnywhereAuthToken", StringComparison.Ordinal), "it has written its arguments");
        var host = Lines(local)[0];
        foreach (var line in new[]
        {
            $"GAMELIFT_SDK_WEBSOCKET_URL=wss://127.0.0.1:{host["tls_port"]}", "GAMELIFT_SDK_FLEET_ID=fleet-local", "GAMELIFT_SDK_HOST_ID=local",
            "GAMELIFT_SDK_PROCESS_ID=server-1-", "GAMELIFT_SDK_AUTH_TOKEN=", "argument -log", "argument a b", "argument -x=server-1", "argument -port=",
            "argument -glAnywhere\n", $"argument -glAnywhereWebSocketUrl=wss://127.0.0.1:{host["tls_port"]}", "argument -glAnywhereFleetId=fleet-local",
            "argument -glAnywhereHostId=local", "argument -glAnywhereProcessId=server-1-", Folder.Path,
        })
        {
            Assert.Contains(line, local.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }

        local.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await local.WaitAsync()).Code);
    }

    [Fact]
    public async Task Host_that_runs_already_is_used_and_stops_the_servers_of_a_killed_command()
    {
        Requires.Unix();
        await using var host = await HostProcess.StartAsync(State);
        var exec = await RunAsync("local", "--exec", "--http-port", $"{host.HttpPort}");
        Assert.Equal(0, exec.Code);
        Assert.Contains($"GAMELIFT_SDK_WEBSOCKET_URL=wss://127.0.0.1:{host.TlsPort}", exec.Output, StringComparison.Ordinal);
        Assert.Contains("-glAnywhere -glAnywhereWebSocketUrl=", exec.Output, StringComparison.Ordinal);

        await using var local = Start("local", "--json", "--http-port", $"{host.HttpPort}", "--executable", Repository.EchoServer, "--game-ports", "0");
        await WaitAsync(local, events => events.Any(Is("process_ready")), "the server is ready");
        Assert.Equal(host.Process.Id, (int)Lines(local)[0]["pid"]!);
        var (status, created) = await host.CallAsync("CreateGameSession", new() { ["FleetId"] = "fleet-local", ["MaximumPlayerSessionCount"] = 2 });
        Assert.True(status == System.Net.HttpStatusCode.OK, created.ToJsonString());
        await WaitAsync(local, events => events.Any(Is("session_created")), "the session is told");

        local.Signal(FleetBridgeProcess.Kill);
        await local.WaitAsync();
        await Eventually.TrueAsync(
            async () => (string?)(await host.CallAsync(
                "DescribeGameSessions", new() { ["GameSessionId"] = (string?)created["GameSession"]!["GameSessionId"] })).Json["GameSessions"]![0]!["Status"] == "TERMINATED",
            "the server has been stopped");
        Assert.False(host.Process.HasExited);
    }

    [Fact]
    public async Task Worker_of_the_host_that_was_shut_down_is_started_by_the_next_launch()
    {
        Requires.Unix();
        await using var host = await HostProcess.StartAsync(State);
        string[] words = ["local", "--json", "--http-port", $"{host.HttpPort}", "--executable", Repository.EchoServer, "--game-ports", "0"];
        await using var first = Start(words);
        await WaitAsync(first, events => events.Any(Is("process_ready")), "the server is ready");

        var shutdown = await RunAsync("worker", "shutdown", "local", "--url", $"http://127.0.0.1:{host.HttpPort}");
        Assert.True(shutdown.Code == 0, shutdown.Error);
        await StatusAsync("shutdown");
        var server = JsonNode.Parse(await host.GetAsync("server/EchoServer-1"))!;
        Assert.Equal(("stopped", "running"), ((string)server["state"]!, (string)server["desired_state"]!));
        Assert.Contains("The worker was shut down.", (string)server["reason"]!, StringComparison.Ordinal);

        await using var second = Start(words);
        await WaitAsync(second, events => events.Any(Is("process_ready")), "a server is ready");
        string[] states = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var servers = JsonNode.Parse(await host.GetAsync("server"))!["items"]!.AsArray();
                states = [.. servers.Select(found => $"{found!["id"]} is {found["state"]}: {found["reason"]}").Order()];
                return servers.Count(found => (string?)found!["state"] == "ready") == 2;
            },
            () => $"the server that was stopped, and the new one: {string.Join(", ", states)}; {second.Output}{second.Error}");
        await StatusAsync("alive");
        first.Signal(FleetBridgeProcess.Interrupt);
        second.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal((0, 0), ((await first.WaitAsync()).Code, (await second.WaitAsync()).Code));

        Task StatusAsync(string status) => Eventually.TrueAsync(
            async () => (string?)JsonNode.Parse(await host.GetAsync("worker/local"))!["status"] == status, $"the worker is {status}");
    }

    [Fact]
    public async Task Servers_of_a_killed_command_are_taken_over_by_the_next_one_and_nothing_runs_twice()
    {
        Requires.Unix();
        string[] words =
        [
            "local", "--json", "--http-port", $"{FreePorts.Take()}", "--tls-port", $"{FreePorts.Take()}", "--executable", Repository.EchoServer,
            "--processes", "2", "--game-ports", "0",
        ];
        IReadOnlyList<(string Id, int Pid)> before;
        List<string?> processes;
        await using (var killed = Start(words))
        {
            await WaitAsync(killed, events => events.Count(Is("process_ready")) == 2, "both servers are ready");
            processes = ReadyProcesses(killed);
            before = await ServersAsync(killed);
            Assert.Equal(["EchoServer-1", "EchoServer-2"], before.Select(server => server.Id));
            killed.Signal(FleetBridgeProcess.Kill);
            await killed.WaitAsync();
        }

        Assert.All(before, server => Assert.False(FleetBridgeProcess.IsGone(server.Pid), $"process {server.Pid} is gone"));
        await using var next = Start(words);
        await WaitAsync(next, events => events.Count(Is("process_ready")) == 2, "both servers are back");
        Assert.Equal(processes, ReadyProcesses(next));
        Assert.Equal(before, await ServersAsync(next));

        // they play on
        var url = $"http://127.0.0.1:{Lines(next)[0]["http_port"]}";
        var created = await RunAsync("session", "create", "--url", url, "--name", "arena", "--max-players", "2", "--player-id", "ada", "--json");
        Assert.True(created.Code == 0, created.Error);
        using var udp = new UdpClient();
        udp.Connect(IPAddress.Parse((string)created.Json["IpAddress"]!), (int)created.Json["Port"]!);
        Assert.Equal("welcome", await SayAsync(udp, (string)created.Json["PlayerSessionId"]!));

        next.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await next.WaitAsync()).Code);
        Assert.All(before, server => Assert.True(FleetBridgeProcess.IsGone(server.Pid), $"process {server.Pid} is still there"));
        Assert.DoesNotContain("has started (process", next.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_of_another_launch_are_ended_by_the_next_command()
    {
        Requires.Unix();
        var (http, tls) = (FreePorts.Take(), FreePorts.Take());
        string[] words = ["local", "--json", "--http-port", $"{http}", "--tls-port", $"{tls}", "--executable", Repository.EchoServer, "--game-ports", "0"];
        int before;
        await using (var killed = Start(words))
        {
            await WaitAsync(killed, events => events.Any(Is("process_ready")), "the server is ready");
            before = (await ServersAsync(killed)).Single().Pid;
            killed.Signal(FleetBridgeProcess.Kill);
            await killed.WaitAsync();
        }

        await using var next = Start([.. words, "--", "-other"]);
        await WaitAsync(
            next, events => events.Any(line => Is("process_ready")(line) && line["process_id"] is not null) && FleetBridgeProcess.IsGone(before), "the other one is ready");
        await Eventually.TrueAsync(async () => (await ServersAsync(next)) is [var only] && only.Pid != before, "it is the only one");
        next.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await next.WaitAsync()).Code);
    }

    [Fact]
    public async Task Editors_buttons_deploy_and_play_offline()
    {
        Requires.Unix();
        var (http, tls) = (FreePorts.Take(), FreePorts.Take());
        string[] settings =
        [
            "--backend", "local/1", "--host-http-port", $"{http}", "--host-tls-port", $"{tls}", "--fleet-game-ports", "0", "--fleet-processes", "2",
            "--server-package-root", Path.GetDirectoryName(Repository.EchoServer)!, "--fleet-launch-path", "/local/game/EchoServer",
        ];
        try
        {
            Assert.Contains("There is no host on port", (await RunAsync(["check", "all", .. settings])).Words, StringComparison.Ordinal);
            await SucceedAsync("check", "packaged_build");
            await SucceedAsync("create", "all");
            var fleet = await SucceedAsync("check", "fleet");
            Assert.Equal("ACTIVE", (string?)fleet.Json["fleet"]!["Details"]!["State"]);
            var session = await SucceedAsync("create", "game_session");
            Assert.Contains($"PlayerSessionId=psess-", session.Output, StringComparison.Ordinal);
            await SucceedAsync("check", "game_session");
            await SucceedAsync("create", "host");
            await SucceedAsync("create", "fleet");
        }
        finally
        {
            Assert.Equal(0, (await RunAsync(["delete", "all", .. settings])).Code);
        }

        Assert.Contains("There is no host on port", (await RunAsync(["check", "all", .. settings])).Words, StringComparison.Ordinal);

        async Task<FleetBridgeResult> SucceedAsync(string operation, string resource)
        {
            var result = await RunAsync([operation, resource, .. settings, resource == "all" ? "--wait" : "--json"]);
            Assert.True(result.Code == 0, $"{operation} {resource}: {result.Output}\n{result.Error}");
            return result;
        }
    }

    private static List<string?> ReadyProcesses(FleetBridgeProcess local) =>
        [.. Lines(local).Where(Is("process_ready")).Select(line => (string?)line["process_id"]).Order(StringComparer.Ordinal)];

    /// <summary>The servers as every other server of the fleet is listed.</summary>
    private async Task<IReadOnlyList<(string Id, int Pid)>> ServersAsync(FleetBridgeProcess local)
    {
        var listed = await RunAsync("servers", "--json", "--url", $"http://127.0.0.1:{Lines(local)[0]["http_port"]}");
        Assert.True(listed.Code == 0, listed.Error);
        var servers = listed.Json["items"]!.AsArray();
        Assert.All(servers, server => Assert.Equal("local", (string?)server!["worker_id"]));
        return [.. servers.Select(server => ((string)server!["id"]!, (int?)server["pid"] ?? 0))];
    }

    private static Func<JsonObject, bool> Is(string name) => line => (string?)line["event"] == name;

    private static List<JsonObject> Lines(FleetBridgeProcess local)
    {
        // the last one may not be there as a whole
        var written = local.Output;
        return [.. written[..(written.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    private static Task WaitAsync(FleetBridgeProcess local, Func<IReadOnlyList<JsonObject>, bool> condition, string what) =>
        local.WaitForAsync(program => condition(Lines(program)), what);

    private static async Task<string> SayAsync(UdpClient udp, string text)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await udp.SendAsync(Encoding.UTF8.GetBytes(text), limit.Token);
        return Encoding.UTF8.GetString((await udp.ReceiveAsync(limit.Token)).Buffer);
    }

    private string WriteScript(string body)
    {
        var file = Folder["server.sh"];
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    [GeneratedRegex(@"has started \(process (\d+)\)")]
    private static partial Regex StartedProcess();
}
