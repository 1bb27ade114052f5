using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Gateway;

/// <summary>
/// A studio's build machine (a host, a worker, a gateway with TLS) and a laptop that has nothing of it but a token and a fingerprint:
/// the same commands work there. All are processes.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class RemoteFleetTests : IAsyncLifetime
{
    private readonly TemporaryFolder _studio = new();
    private readonly TemporaryFolder _laptop = new();
    private readonly List<FleetBridgeProcess> _processes = [];
    private HostProcess? _host;
    private string _url = "";
    private string _fingerprint = "";

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        _host = await HostProcess.StartAsync(_studio["state"]);
        var certificate = _studio["state", "host", "certificate.pem"];
        await Eventually.TrueAsync(() => File.Exists(certificate), "the host has a certificate, which the gateway may use too");
        var announced = await StartAsync(
            "gateway", "--port", "0", "--certificate", certificate, "--host-url", $"http://127.0.0.1:{_host.HttpPort}",
            "--backend-url", $"http://127.0.0.1:{FreePorts.Take()}", "--json");
        (_url, _fingerprint) = ($"https://localhost:{announced["gateway_port"]}", (string)announced["fingerprint"]!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _studio.Dispose();
        _laptop.Dispose();
    }

    [Fact]
    public async Task Servers_are_added_started_read_followed_and_deleted_from_another_machine()
    {
        Requires.GameServerProgram();
        var game = GameServerProgram.BuildIn(_studio["game"]);
        await StartAsync("worker", "--host", $"http://127.0.0.1:{_host!.HttpPort}", "--data", _studio["worker"], "--json");
        await TokenAsync("admin");
        await Eventually.TrueAsync(async () => (string?)(await JsonAsync("workers"))["items"]![0]?["status"] == "alive", "the worker is alive");

        var id = (string)(await JsonAsync(
            "server", "add", "--game", $"folder:{game}", "--executable", "bin/game_server", "--arg=--rate", "--arg=50", "--stop-command", "quit"))["id"]!;
        Assert.Equal("done", (string?)(await JsonAsync("server", "start", id, "--wait"))["status"]);
        await StateAsync(id, "ready");
        Assert.Equal("done", (string?)(await JsonAsync("server", "send", id, "hello", "--wait"))["status"]);
        await Eventually.TrueAsync(async () => (await RunAsync("server", "logs", id)).Contains("stdin: hello", StringComparison.Ordinal), "the line arrives");
        Assert.Equal(2, (await RunAsync("server", "logs", id, "--tail", "2")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        await using var following = FleetBridgeProcess.Start(_laptop["state"], [.. Arguments(["server", "logs", id, "-f", "--tail", "1"])]);
        await following.WaitForAsync(logs => logs.Output.Split('\n').Length > 20, "twenty lines more are followed");
        following.Signal(FleetBridgeProcess.Interrupt);
        Assert.Equal(0, (await following.WaitAsync()).Code);

        Assert.Equal("done", (string?)(await JsonAsync("server", "stop", id, "--wait"))["status"]);
        var missing = await TryAsync("server", "start", "s-absent");
        Assert.Equal((int)ExitCode.NotFound, missing.Code);
        Assert.Contains("s-absent", missing.Error, StringComparison.Ordinal);

        await TokenAsync("operator");
        var refused = await TryAsync("server", "delete", id);
        Assert.Equal((int)ExitCode.ResultFalse, refused.Code);
        Assert.Contains("admin", refused.Error, StringComparison.Ordinal);
        await TokenAsync("admin");
        await RunAsync("server", "delete", id);
        await Eventually.TrueAsync(async () => (await JsonAsync("servers"))["items"]!.AsArray().Count == 0, "it is gone");
        Assert.Equal(0, Tokens(_laptop["state"]));
    }

    [Fact]
    public async Task Sessions_are_created_found_joined_and_listed_from_another_machine()
    {
        Requires.Linux();
        await using var server = await _host!.Server(SdkDialect.Go, handles: (own, push) => push.Action == "CreateGameSession"
            ? own.RequestAsync("ActivateGameSession", new() { ["GameSessionId"] = push.GameSessionId })
            : Task.CompletedTask).ReadyAsync();
        await TokenAsync("operator");
        var place = await JsonAsync("session", "create", "--name", "arena", "--player-id", "ada", "--idempotency-key", "k1");
        var again = await JsonAsync("session", "create", "--name", "arena", "--player-id", "ada", "--idempotency-key", "k1");
        Assert.Equal((string)place["GameSessionId"]!, (string)again["GameSessionId"]!);
        Assert.Equal("arena", (string?)(await JsonAsync("session", "list"))[0]!["Name"]);
        var joined = await JsonAsync("session", "join", "--session", (string)place["GameSessionId"]!, "--player-id", "bob");
        Assert.Equal("bob", (string?)joined["PlayerId"]);

        await TokenAsync("viewer");
        Assert.Equal((int)ExitCode.ResultFalse, (await TryAsync("session", "create", "--name", "other")).Code);
        Assert.Equal("arena", (string?)(await JsonAsync("session", "list"))[0]!["Name"]);
    }

    [Fact]
    public async Task What_is_wrong_with_the_way_is_said_with_its_remedy()
    {
        Requires.Linux();
        await TokenAsync("viewer");
        var untrusted = await FleetBridgeProcess.RunAsync(_laptop["state"], ["servers", "--url", _url, "--token-file", _laptop["token"]]);
        Assert.Equal((int)ExitCode.Unreachable, untrusted.Code);
        Assert.Contains("--fingerprint", untrusted.Error, StringComparison.Ordinal);
        var other = await FleetBridgeProcess.RunAsync(
            _laptop["state"], ["servers", "--url", _url, "--token-file", _laptop["token"], "--fingerprint", new string('0', 64)]);
        Assert.Equal((int)ExitCode.Unreachable, other.Code);
        await File.WriteAllTextAsync(_laptop["token"], "fb_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        var unknown = await TryAsync("servers");
        Assert.Equal((int)ExitCode.Unreachable, unknown.Code);
        Assert.Contains("token", unknown.Error, StringComparison.Ordinal);
        await TokenAsync("viewer");
        await _host!.DisposeAsync();
        _host = null;
        var gone = await TryAsync("servers");
        Assert.Equal((int)ExitCode.Unreachable, gone.Code);
        Assert.Contains("No host responds", gone.Error, StringComparison.Ordinal);
    }

    private static int Tokens(string state)
    {
        var file = Path.Combine(state, "gateway", "tokens.json");
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file))!["tokens"]!.AsArray().Count : 0;
    }

    /// <summary>Makes a token on the build machine, and takes it to the laptop.</summary>
    private async Task TokenAsync(string role)
    {
        var made = await FleetBridgeProcess.RunAsync(_studio["state"], ["token", "new", "--name", "laptop", "--role", role, "--expires", "10m", "--json"]);
        Directory.CreateDirectory(_laptop.Path);
        await File.WriteAllTextAsync(_laptop["token"], (string)made.Json["token"]!);
        File.SetUnixFileMode(_laptop["token"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task<JsonObject> StartAsync(params string[] args)
    {
        var process = FleetBridgeProcess.Start(_studio["state"], args);
        _processes.Add(process);
        await process.WaitForAsync(one => one.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
        return JsonNode.Parse(process.Output.Split('\n')[0])!.AsObject();
    }

    private Task StateAsync(string id, string state) => Eventually.TrueAsync(
        async () => (await JsonAsync("servers"))["items"]!.AsArray().Any(server => (string?)server!["id"] == id && (string?)server["state"] == state), $"it is {state}");

    private IEnumerable<string> Arguments(string[] args) => [.. args, "--url", _url, "--token-file", _laptop["token"], "--fingerprint", _fingerprint];

    private Task<FleetBridgeResult> TryAsync(params string[] args) => FleetBridgeProcess.RunAsync(_laptop["state"], Arguments(args));

    private async Task<JsonNode> JsonAsync(params string[] args) => JsonNode.Parse(await RunAsync([.. args, "--json"]))!;

    private async Task<string> RunAsync(params string[] args)
    {
        var result = await TryAsync(args);
        Assert.True(result.Code == 0, $"{string.Join(' ', args)} ended with {result.Code}: {result.Output}{result.Error}");
        return result.Output;
    }
}
