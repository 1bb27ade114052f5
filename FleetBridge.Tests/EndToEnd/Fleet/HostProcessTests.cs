using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary><c>fleetbridge host</c> as a process, as a user and a supervisor see it.</summary>
public sealed class HostProcessTests : IDisposable
{
    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task First_line_says_where_it_is()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        Assert.Equal(["name", "version", "http_port", "tls_port", "pid", "log_file", "store", "gateway_port", "page"],
            host.Announcement.Select(member => member.Key));
        Assert.Equal("FleetBridge", (string?)host.Announcement["name"]);
        Assert.Equal(host.Process.Id, (int)host.Announcement["pid"]!);
        Assert.Equal(_state["host", "fleet.db"], (string?)host.Announcement["store"]);
        Assert.Equal(_state["logs", "host.log"], (string?)host.Announcement["log_file"]);
        var (status, fleets) = await host.CallAsync("ListFleets", new() { ["Limit"] = 1 });
        Assert.Equal((HttpStatusCode.OK, "fleet-local"), (status, (string?)fleets["FleetIds"]![0]));
    }

    [Theory]
    [InlineData(FleetBridgeProcess.Terminate)]
    [InlineData(FleetBridgeProcess.Interrupt)]
    public async Task Signal_ends_it_in_order(int signal)
    {
        Requires.Unix();
        await using var host = await HostProcess.StartAsync(_state.Path);
        await using var server = await host.Server(SdkDialect.Cpp).ReadyAsync();
        var socket = server.Socket;
        host.Process.Signal(signal);
        var result = await host.Process.WaitAsync();
        Assert.Equal(0, result.Code);
        Assert.Equal("", result.Error);
        await socket.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal([1012], socket.CloseCodes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Taken_port_names_port_and_process(bool tls)
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        using var other = new TemporaryFolder();
        var port = tls ? host.TlsPort : host.HttpPort;
        var result = await FleetBridgeProcess.RunAsync(
            other.Path, ["host", "--http-port", tls ? "0" : $"{port}", "--tls-port", tls ? $"{port}" : "0"]);
        Assert.Equal((int)ExitCode.PortTaken, result.Code);
        Assert.Contains($"Port {port} ", result.Error, StringComparison.Ordinal);
        Assert.Contains($"FleetBridge host {host.Announcement["version"]} (process {host.Process.Id})", result.Error, StringComparison.Ordinal);
        Assert.Contains("--tls-port", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(other["host"]), "it has touched nothing");
    }

    [Fact]
    public async Task Port_of_another_program_names_that_program()
    {
        Requires.Linux();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var result = await FleetBridgeProcess.RunAsync(_state.Path, ["host", "--http-port", $"{port}", "--tls-port", "0"]);
        Assert.Equal((int)ExitCode.PortTaken, result.Code);
        Assert.Contains($"(process {Environment.ProcessId})", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_host_on_a_store_is_refused()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        var result = await FleetBridgeProcess.RunAsync(_state.Path, ["host", "--http-port", "0", "--tls-port", "0", "--json"]);
        Assert.Equal((int)ExitCode.Usage, result.Code);
        Assert.Equal("", result.Output);
        Assert.Contains($"(process {host.Process.Id})", result.Error, StringComparison.Ordinal);
        Assert.Contains("--store", result.Error, StringComparison.Ordinal);
        using var other = new TemporaryFolder();
        await using var second = await HostProcess.StartAsync(_state.Path, args: ["--store", other["own.db"]]);
        Assert.Equal(other["own.db"], (string?)second.Announcement["store"]);
    }

    [Theory]
    [InlineData("--http-port", "70000")]
    [InlineData("--activation-timeout", "0")]
    [InlineData("--activation-timeout", "601")]
    [InlineData("--activation-timeout", "soon")]
    [InlineData("--sdk-endpoint", "http")]
    [InlineData("--address", "everywhere")]
    public async Task Option_that_cannot_be_used_is_named(string option, string value)
    {
        var result = await FleetBridgeProcess.RunAsync(_state.Path, ["host", option, value]);
        Assert.Equal((int)ExitCode.Usage, result.Code);
        Assert.Contains(value, result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_state.Path));
    }

    [Theory]
    [InlineData("wss", "wss")]
    [InlineData("ws", "ws")]
    public async Task Endpoint_of_the_server_SDK_is_of_the_chosen_kind(string kind, string scheme)
    {
        await using var host = await HostProcess.StartAsync(_state.Path, args: ["--sdk-endpoint", kind]);
        var (status, json) = await host.CallAsync("RegisterCompute", new()
        {
            ["FleetId"] = "fleet-local",
            ["ComputeName"] = "mine",
            ["IpAddress"] = "127.0.0.1",
            ["Location"] = "custom-local",
        });
        Assert.Equal(HttpStatusCode.OK, status);
        var port = scheme == "ws" ? host.HttpPort : host.TlsPort;
        Assert.Equal($"{scheme}://127.0.0.1:{port}", (string?)json["Compute"]!["GameLiftServiceSdkEndpoint"]);
    }

    [Fact]
    public async Task Servers_of_every_SDK_are_back_after_a_kill_and_go_on()
    {
        await using var first = await HostProcess.StartAsync(_state.Path);
        var servers = SdkDialect.All.Select(dialect => first.Server(dialect)).ToArray();
        try
        {
            await Task.WhenAll(servers.Select(server => server.ReadyAsync()));
            var (_, created) = await first.CallAsync("CreateGameSession", Session("token-1"));
            var id = (string)created["GameSession"]!["GameSessionId"]!;
            var owner = await OwnerAsync(servers, id);
            await owner.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = id });
            var (_, players) = await first.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = id, ["PlayerId"] = "ada" });
            var player = (string)players["PlayerSession"]!["PlayerSessionId"]!;

            await using var second = await first.KillAndStartAsync(_state.Path);
            await Eventually.TrueAsync(() => servers.All(server => server.Connections >= 2), "all are back");
            var (_, again) = await second.CallAsync("CreateGameSession", Session("token-1"));
            Assert.Equal((id, "ACTIVE"), ((string?)again["GameSession"]!["GameSessionId"], (string?)again["GameSession"]!["Status"]));
            await owner.DemandAsync("AcceptPlayerSession", new() { ["GameSessionId"] = id, ["PlayerSessionId"] = player });
            var (_, described) = await second.CallAsync("DescribePlayerSessions", new() { ["PlayerSessionId"] = player });
            Assert.Equal("ACTIVE", (string?)described["PlayerSessions"]![0]!["Status"]);

            // an idle server takes a session though its next heartbeat is a minute away
            await Eventually.TrueAsync(
                async () => (await second.CallAsync("CreateGameSession", Session("token-2"))).Status == HttpStatusCode.OK, "a session can be made");
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task Session_that_was_activating_at_the_kill_is_pushed_again()
    {
        await using var first = await HostProcess.StartAsync(_state.Path);
        await using var server = await first.Server(SdkDialect.Cpp).ReadyAsync();
        var (_, created) = await first.CallAsync("CreateGameSession", Session("token"));
        var id = (string?)created["GameSession"]!["GameSessionId"];
        Assert.Equal(id, (string?)(await server.NextPushAsync())["GameSessionId"]);
        await using var second = await first.KillAndStartAsync(_state.Path);
        Assert.Equal(id, (string?)(await server.NextPushAsync())["GameSessionId"]);
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = id });
    }

    [Fact]
    public async Task Request_that_was_answered_before_a_kill_is_recognised_after_it()
    {
        await using var first = await HostProcess.StartAsync(_state.Path);
        await using var server = await first.Server(SdkDialect.Cpp).ReadyAsync();
        var (_, created) = await first.CallAsync("CreateGameSession", Session("token"));
        var id = (string?)created["GameSession"]!["GameSessionId"];
        await server.NextPushAsync();
        await server.DemandAsync("ActivateGameSession", new() { ["GameSessionId"] = id });
        var (_, players) = await first.CallAsync("CreatePlayerSession", new() { ["GameSessionId"] = id, ["PlayerId"] = "ada" });
        JsonObject Accept() => new() { ["GameSessionId"] = id, ["PlayerSessionId"] = (string?)players["PlayerSession"]!["PlayerSessionId"] };
        await server.DemandAsync("AcceptPlayerSession", Accept(), "repeated");
        await using var second = await first.KillAndStartAsync(_state.Path);
        await Eventually.TrueAsync(() => server.Connections >= 2, "it is back");
        await server.DemandAsync("AcceptPlayerSession", Accept(), "repeated");
        Assert.Equal(400, (int)(await server.RequestAsync("AcceptPlayerSession", Accept()))["StatusCode"]!);
    }

    private static JsonObject Session(string token) => new()
    {
        ["FleetId"] = "fleet-local",
        ["Location"] = "custom-local",
        ["MaximumPlayerSessionCount"] = 4,
        ["IdempotencyToken"] = token,
    };

    /// <summary>The server that a session was given to.</summary>
    private static async Task<FakeServer> OwnerAsync(FakeServer[] servers, string id)
    {
        FakeServer? owner = null;
        await Eventually.TrueAsync(
            () => (owner = servers.FirstOrDefault(server => server.Pushes.TryPeek(out var push) && (string?)push["GameSessionId"] == id)) is not null,
            "a server is told");
        return owner!;
    }
}
