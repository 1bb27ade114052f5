using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Client;
using FleetBridge.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FleetBridge.Tests.EndToEnd.Gateway;

/// <summary>The gateway of a host, and the gateways of other processes that show its fleet. All are processes.</summary>
public sealed class HostGatewayTests : IDisposable
{
    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Host_serves_a_gateway_and_its_page_and_says_so()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        var port = (int)host.Announcement["gateway_port"]!;
        Assert.StartsWith($"http://localhost:{port}/login?t=", (string?)host.Announcement["page"], StringComparison.Ordinal);
        foreach (var asked in new[] { host.HttpPort, port })
        {
            var health = await HealthAsync(asked);
            Assert.Equal((HealthMessage.Host, port, host.HttpPort), (health.Process, health.GatewayPort, health.HttpPort));
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        using var page = await http.GetAsync(new Uri((string)host.Announcement["page"]!));
        Assert.Equal(HttpStatusCode.SeeOther, page.StatusCode);

        await using var server = await host.Server(SdkDialect.Go, handles: (own, push) => push.Action == "CreateGameSession"
            ? own.RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = push.GameSessionId })
            : Task.CompletedTask).ReadyAsync();
        var created = await RunAsync("session", "create", "--name", "arena", "--url", $"http://127.0.0.1:{port}", "--json");
        Assert.True(created.Code == 0, created.Error);
        Assert.Equal("RESERVED", (string?)created.Json["Status"]);
        foreach (var url in new[] { $"http://127.0.0.1:{port}", $"localhost:{port}", $"http://127.0.0.1:{host.HttpPort}" })
        {
            var listed = await RunAsync("session", "list", "--url", url, "--json");
            Assert.Equal("arena", (string?)JsonNode.Parse(listed.Output)![0]!["Name"]);
            Assert.Equal(0, (await RunAsync("servers", "--url", url)).Code);
        }

        var open = await RunAsync("open", "--print", "--url", $"http://127.0.0.1:{host.HttpPort}");
        Assert.StartsWith($"http://localhost:{port}/login?t=", open.Output, StringComparison.Ordinal);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Log_of_a_host_is_followed_through_its_gateway()
    {
        Requires.Unix();
        await using var host = await HostProcess.StartAsync(_state.Path);
        await using var logs = FleetBridgeProcess.Start(_state.Path, ["logs", "--url", $"http://127.0.0.1:{host.HttpPort}", "--since", "10m", "--level", "debug"]);
        await using var server = await host.Server(SdkDialect.Go).ReadyAsync();
        await logs.WaitForAsync(one => one.Output.Contains(server.ProcessId, StringComparison.Ordinal), "the server's registration is in it");
        logs.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await logs.WaitAsync()).Code);
    }

    [Fact]
    public async Task Host_without_a_gateway_has_none_and_one_whose_port_is_taken_says_what_to_do()
    {
        await using var host = await HostProcess.StartAsync(_state["a"], 0, 0, "--gateway-port", "off");
        Assert.False(host.Announcement.ContainsKey("gateway_port"));
        Assert.Equal(0, (await HealthAsync(host.HttpPort)).GatewayPort);
        var taken = await FleetBridgeProcess.RunAsync(
            _state["b"], ["host", "--http-port", "0", "--tls-port", "0", "--gateway-port", $"{host.HttpPort}"]);
        Assert.Equal((int)ExitCode.PortTaken, taken.Code);
        Assert.Contains("--gateway-port", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Web_token_signed_with_a_key_of_the_file_is_let_in_and_no_other()
    {
        var known = RandomNumberGenerator.GetBytes(32);
        var keys = _state["keys.json"];
        await File.WriteAllTextAsync(keys, $$"""{"keys":[{"kty":"oct","kid":"k1","k":"{{Base64UrlEncoder.Encode(known)}}"}]}""", Cancellation);
        await using var host = await HostProcess.StartAsync(
            _state.Path, 0, 0, "--jwt-keys", keys, "--jwt-issuer", "https://studio.example", "--jwt-audience", "fleet");
        await using (var consumer = await ConnectAsync(host, WebToken(known, "fleet")))
        {
            Assert.Equal(("u1", "viewer"), ((await consumer.Session).UserId, (await consumer.Session).Role));
            Assert.Empty((await consumer.CallAsync("fleet", "GET /server", cancellation: Cancellation)).GetProperty("items").EnumerateArray());
        }

        foreach (var token in new[] { WebToken(RandomNumberGenerator.GetBytes(32), "fleet"), WebToken(known, "elsewhere") })
        {
            await Assert.ThrowsAsync<GatewayException>(() => ConnectAsync(host, token));
        }
    }

    [Fact]
    public async Task Host_refuses_an_issuer_of_web_tokens_without_their_keys()
    {
        foreach (var command in new[] { "host", "local" })
        {
            var result = await RunAsync(command, "--jwt-issuer", "https://studio.example");
            Assert.Equal((int)ExitCode.Usage, result.Code);
            Assert.Contains("--jwt-keys", result.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Gateway_of_a_bridge_shows_the_host_that_is_named_and_the_one_of_this_machine()
    {
        await using var host = await HostProcess.StartAsync(_state.Path);
        await using var named = await ServingProcess.StartOnFreePortsAsync(_state.Path, "--host-url", $"http://127.0.0.1:{host.HttpPort}");
        await using var found = await ServingProcess.StartOnFreePortsAsync(_state.Path);
        foreach (var serving in new[] { named, found })
        {
            foreach (var port in new[] { serving.HttpPort, (int)serving.Announcement["gateway_port"]! })
            {
                var servers = await RunAsync("servers", "--url", $"http://127.0.0.1:{port}", "--json");
                Assert.True(servers.Code == 0, servers.Error);
                Assert.Empty(servers.Json["items"]!.AsArray());
            }
        }
    }

    [Fact]
    public async Task Bridge_is_asked_through_its_own_gateways_port_as_at_its_own()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(_state.Path, "--backends", Repository.HelloRoot);
        var port = (int)serving.Announcement["gateway_port"]!;
        var here = await RunAsync("request", "hello/1/metadata", "--url", $"http://127.0.0.1:{serving.HttpPort}");
        var there = await RunAsync("request", "hello/1/metadata", "--url", $"http://127.0.0.1:{port}");
        Assert.Equal((0, 0), (here.Code, there.Code));
        Assert.Equal(here.Output, there.Output);
    }

    [Fact]
    public async Task Gateways_leave_no_token_whether_they_stop_or_are_killed()
    {
        Requires.Unix();
        await using var serving = await ServingProcess.StartOnFreePortsAsync(_state.Path);
        foreach (var signal in new[] { FleetBridgeProcess.Terminate, FleetBridgeProcess.Kill })
        {
            await using var gateway = FleetBridgeProcess.Start(
                _state.Path, ["gateway", "--port", "0", "--backend-url", $"http://127.0.0.1:{serving.HttpPort}", "--json"]);
            await Eventually.TrueAsync(async () => await NamesAsync() is ["gateway"], "the gateway has a token of its own");
            gateway.Signal(signal);
            await gateway.WaitAsync();
            Assert.Empty(await NamesAsync());
        }
    }

    [Fact]
    public async Task Who_is_there_is_asked_once_for_a_command()
    {
        var asked = new List<string>();
        await using var bridge = CannedServer.StartBridge(target =>
        {
            lock (asked)
            {
                asked.Add(target);
            }

            return target == HealthMessage.Path ? """{"name":"FleetBridge","version":"1","process":"serve"}""" : """{"Overall Result":"True","Details":{}}""";
        });
        var result = await RunAsync("request", "hello/1/metadata", "--url", bridge.Address);
        Assert.Equal(0, result.Code);
        Assert.Equal([HealthMessage.Path, "/hello/1/metadata"], asked);
        asked.Clear();
        await RunAsync("check", "thing", "--backend", "hello/1", "--url", bridge.Address);
        Assert.Equal(1, asked.Count(target => target == HealthMessage.Path));
    }

    private static async Task<HealthMessage> HealthAsync(int port)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return HealthMessage.Read(await http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}{HealthMessage.Path}")))!;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<GatewayClient> ConnectAsync(HostProcess host, string token) => GatewayClient.ConnectAsync(
        new GatewayClientOptions
        {
            Address = new Uri($"http://localhost:{host.Announcement["gateway_port"]}"),
            Token = _ => ValueTask.FromResult(token),
        },
        Cancellation);

    private static string WebToken(byte[] key, string audience) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "https://studio.example",
        Audience = audience,
        Claims = new Dictionary<string, object> { ["sub"] = "u1", ["role"] = "viewer" },
        Expires = TimeProvider.System.GetUtcNow().AddHours(1).UtcDateTime,
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256),
    });

    private async Task<string[]> NamesAsync() =>
        [.. JsonNode.Parse((await RunAsync("token", "list", "--json")).Output)!.AsArray().Select(token => (string)token!["name"]!)];

    private Task<FleetBridgeResult> RunAsync(params string[] args) => FleetBridgeProcess.RunAsync(_state.Path, args);
}
