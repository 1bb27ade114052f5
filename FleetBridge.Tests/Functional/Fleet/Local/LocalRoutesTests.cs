using System.Net;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Fleet.Local;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Functional.Fleet.Local;

/// <summary>The routes by which this user's other programs start game servers: they start programs, so they need the token.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class LocalRoutesTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("GET", LocalRoutes.ServersPath)]
    [InlineData("POST", LocalRoutes.ServersPath)]
    [InlineData("DELETE", LocalRoutes.ServersPath)]
    [InlineData("POST", LocalRoutes.VariablesPath)]
    [InlineData("POST", LocalRoutes.StopPath)]
    public async Task Request_without_the_token_is_refused(string method, string path)
    {
        await using var host = await TestHost.StartAsync(output);
        foreach (var token in new[] { null, "Bearer ", "Bearer wrongwrongwrongwrong", "Basic x" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", token);
            }

            using var response = await host.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        Assert.Empty(host.Host.Launcher.Of(host.Fleet).Servers);
        using var health = await host.Http.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Token_is_readable_by_its_owner_only()
    {
        Requires.Unix();
        await using var host = await TestHost.StartAsync(output);
        var file = host.Folder[LocalRoutes.TokenFileName];
        await Eventually.TrueAsync(() => File.Exists(file), "the token is there");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Servers_are_started_listed_and_stopped()
    {
        Requires.Unix();
        await using var host = await TestHost.StartAsync(output);
        var script = WriteScript("exec sleep 600");
        var started = await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, new JsonObject
        {
            ["server_package_root"] = _folder.Path,
            ["fleet_launch_path"] = "/local/game/server.sh",
            ["processes"] = 2,
            ["game_ports"] = "0",
        });
        Assert.Equal(2, started["servers"]!.AsArray().Count);
        await Eventually.TrueAsync(
            async () => (await CallAsync(host, HttpMethod.Get, LocalRoutes.ServersPath))["servers"]!.AsArray().All(server => server!["pid"] is not null),
            "both run");
        var servers = (await CallAsync(host, HttpMethod.Get, LocalRoutes.ServersPath))["servers"]!.AsArray();
        Assert.Equal(["server-1", "server-2"], servers.Select(server => (string?)server!["name"]));
        Assert.All(servers, server => Assert.Equal("Activating", (string?)server!["state"]));
        Assert.Equal(2, servers.Select(server => (int)server!["port"]!).Distinct().Count());
        var stopped = await CallAsync(host, HttpMethod.Delete, LocalRoutes.ServersPath);
        Assert.Equal(["server-1", "server-2"], stopped["stopped"]!.AsArray().Select(name => (string?)name));
        Assert.All(servers, server => Assert.True(FleetBridgeProcess.IsGone((int)server!["pid"]!)));
        Assert.Empty((await CallAsync(host, HttpMethod.Get, LocalRoutes.ServersPath))["servers"]!.AsArray());
        Assert.True(File.Exists(script));
    }

    [Fact]
    public async Task Server_that_ignores_sigterm_is_killed()
    {
        Requires.Unix();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await TestHost.StartAsync(output, clock: clock);
        WriteScript("trap '' TERM; echo ready; while true; do sleep 1; done");
        await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, new JsonObject { ["executable"] = _folder["server.sh"], ["game_ports"] = "0" });
        await Eventually.TrueAsync(() => host.ReadLogFile().Contains("server-1 ready", StringComparison.Ordinal), "it has set its trap");
        var id = host.Host.Launcher.Of(host.Fleet).Servers[0].SystemId!.Value;
        var stopping = CallAsync(host, HttpMethod.Delete, LocalRoutes.ServersPath);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(100));
                return stopping.IsCompleted;
            },
            "its time is over");
        await stopping;
        Assert.True(FleetBridgeProcess.IsGone(id));
        await Eventually.TrueAsync(() => host.ReadLogFile().Contains("it is killed", StringComparison.Ordinal), "it is logged");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Launch_while_the_worker_shuts_down_starts_it_again(bool hasBegun)
    {
        Requires.Unix();
        await using var host = await TestHost.StartAsync(output);
        WriteScript("""
            trap 'sleep 1; exit 0' TERM
            echo ready
            while true; do sleep 0.1; done
            """);
        var launch = new JsonObject { ["executable"] = _folder["server.sh"], ["game_ports"] = "0" };
        await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, launch);
        await Eventually.TrueAsync(() => host.ReadLogFile().Contains("server-1 ready", StringComparison.Ordinal), "it has set its trap");
        var before = Servers()[0].SystemId;
        using (var response = await host.Http.DeleteAsync(new Uri($"worker/{LocalWorker.Id}", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }

        if (hasBegun)
        {
            await Eventually.TrueAsync(() => Servers()[0].Observed?.State == ServerState.Stopping, "its server stops");
        }

        await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, launch);
        await Eventually.TrueAsync(
            () => Task.FromResult(Servers() is [{ SystemId: { } first }, { SystemId: not null }] && first != before),
            () => $"both run: {string.Join(", ", Servers().Select(server => $"{server.Name} {server.Observed?.State} {server.Observed?.Reason}"))}");

        IReadOnlyList<LaunchedServer> Servers() => host.Host.Launcher.Of(host.Fleet).Servers;
    }

    [Fact]
    public async Task Launch_starts_a_worker_again_that_was_asked_to_shut_down_before_it_started()
    {
        Requires.Unix();
        await using var host = await TestHost.StartAsync(output);
        var fleet = await host.Host.Workers.Fleet;
        await fleet.RegisterWorkerAsync(LocalWorker.Id, "here", null, null);
        await fleet.ShutdownAsync(LocalWorker.Id);
        WriteScript("exec sleep 600");
        await CallAsync(
            host, HttpMethod.Post, LocalRoutes.ServersPath, new JsonObject { ["executable"] = _folder["server.sh"], ["game_ports"] = "0" });
        Assert.Contains("Worker local has shut down.", host.ReadLogFile(), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => host.Host.Launcher.Of(host.Fleet).Servers[0].SystemId is not null, "it runs");
        Assert.Equal(WorkerState.Alive, fleet.GetWorker(LocalWorker.Id).Status);
    }

    [Theory]
    [InlineData("{}", "executable is missing")]
    [InlineData("[", "not a JSON object")]
    [InlineData("""{"executable": "server"}""", "must be an absolute path")]
    [InlineData("""{"executable": "/no/such/server"}""", "does not exist")]
    [InlineData("""{"executable": "/bin/sh", "processes": 0}""", "processes must be")]
    [InlineData("""{"executable": "/bin/sh", "processes": 1001}""", "processes must be")]
    [InlineData("""{"executable": "/bin/sh", "processes": "2"}""", "processes must be")]
    [InlineData("""{"executable": "/bin/sh", "game_ports": "x"}""", "game_ports must be")]
    [InlineData("""{"executable": "/bin/sh", "game_ports": "7777", "processes": 2}""", "too few")]
    [InlineData("""{"server_package_root": "/no/such", "fleet_launch_path": "a"}""", "does not exist")]
    public async Task Launch_that_cannot_be_is_400_with_the_reason(string body, string words)
    {
        Requires.Unix();
        await using var host = await TestHost.StartAsync(output);
        var error = await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, body, HttpStatusCode.BadRequest);
        Assert.Contains(words, (string?)error["message"], StringComparison.Ordinal);
        Assert.Empty(host.Host.Launcher.Of(host.Fleet).Servers);
    }

    [Fact]
    public async Task Ports_that_are_all_in_use_are_said()
    {
        Requires.Unix();
        var port = FreePorts.Take();
        using var other = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Any, port));
        await using var host = await TestHost.StartAsync(output);
        WriteScript("exec sleep 600");
        await CallAsync(host, HttpMethod.Post, LocalRoutes.ServersPath, new JsonObject { ["executable"] = _folder["server.sh"], ["game_ports"] = $"{port}" });
        await Eventually.TrueAsync(
            async () => (string?)(await CallAsync(host, HttpMethod.Get, LocalRoutes.ServersPath))["servers"]![0]!["trouble"]
                == $"All ports of {port} are in use, so server-1 cannot start. Choose others with --game-ports.",
            "it is said");
    }

    private static Task<JsonObject> CallAsync(TestHost host, HttpMethod method, string path, JsonObject? body = null) =>
        CallAsync(host, method, path, body?.ToJsonString(), HttpStatusCode.OK);

    private static async Task<JsonObject> CallAsync(TestHost host, HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        var file = host.Folder[LocalRoutes.TokenFileName];
        await Eventually.TrueAsync(() => File.Exists(file) && new FileInfo(file).Length > 0, "the token is there");
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(file)).Trim());
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private string WriteScript(string body)
    {
        var file = _folder["server.sh"];
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }
}
