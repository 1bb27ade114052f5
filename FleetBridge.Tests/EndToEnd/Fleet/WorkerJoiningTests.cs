using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>Workers as processes, on a host that wants a token from every new one, as it does from those of other machines.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WorkerJoiningTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<FleetBridgeProcess> _workers = [];
    private HostProcess _host = null!;

    public async ValueTask InitializeAsync() => _host = await HostProcess.StartAsync(_folder["state"], 0, 0, "--join-always");

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }

        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Token_lets_one_worker_in_over_TLS_and_no_second_one()
    {
        var made = await MakeTokenAsync();
        var token = (string)made["token"]!;
        var (_, announced) = await StartAsync("first", "--join", token);
        Assert.Equal(64, ((string)made["fingerprint"]!).Length);
        Assert.Equal((string)made["fingerprint"]!, (string)announced["host_fingerprint"]!);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode((string)announced["token_file"]!));
        await StatusAsync((string)announced["worker_id"]!, "alive");

        await RefusedAsync("second", token, "was used already");
        await RefusedAsync("third", "wrong-wrong-wrong-wrong", "this host has not made it");
        var without = await FleetBridgeProcess.RunAsync(_folder["state"], Words("fourth"));
        Assert.NotEqual(0, without.Code);
        Assert.Contains("needs a join token", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_is_the_same_after_a_restart_and_frozen_stays_frozen()
    {
        var token = await TokenAsync();
        var (worker, announced) = await StartAsync("one", "--join", token, "--name", "builder");
        var id = (string)announced["worker_id"]!;
        await StatusAsync(id, "alive");
        var frozen = await FleetBridgeProcess.RunAsync(_folder["state"], ["worker", "freeze", id, "--url", Url]);
        Assert.Equal((0, ""), (frozen.Code, frozen.Error));
        await StatusAsync(id, "frozen");
        worker.Signal(FleetBridgeProcess.Terminate);
        Assert.Equal(0, (await worker.WaitAsync()).Code);
        await StatusAsync(id, "unknown");

        // the same command line again, as a service manager starts it
        var (_, again) = await StartAsync("one", "--join", token, "--name", "builder");
        Assert.Equal(id, (string)again["worker_id"]!);
        await StatusAsync(id, "frozen");
    }

    [Fact]
    public async Task Older_of_two_workers_with_one_store_takes_no_more_work_and_stays()
    {
        var (older, announced) = await StartAsync("one", "--join", await TokenAsync());
        var id = (string)announced["worker_id"]!;
        await StatusAsync(id, "alive");
        Directory.CreateDirectory(_folder["copy"]);
        foreach (var file in Directory.EnumerateFiles(_folder["one"], "worker.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(_folder["copy"], Path.GetFileName(file)));
        }

        var (_, newer) = await StartAsync("copy");
        Assert.Equal(id, (string)newer["worker_id"]!);
        await Eventually.TrueAsync(
            () => File.ReadAllText(_folder["one", "worker.log"]).Contains("has taken the place of this one", StringComparison.Ordinal), "the older one is told");
        await StatusAsync(id, "alive");
        Assert.False(older.HasExited);
    }

    private string Url => $"http://127.0.0.1:{_host.HttpPort}";

    private string[] Words(string data, params string[] more) =>
        ["worker", "--host", $"https://127.0.0.1:{_host.TlsPort}", "--data", _folder[data], "--json", .. more];

    private async Task<string> TokenAsync() => (string)(await MakeTokenAsync())["token"]!;

    private async Task<JsonObject> MakeTokenAsync()
    {
        var made = await FleetBridgeProcess.RunAsync(_folder["state"], ["host", "token", "--json", "--url", Url]);
        Assert.Equal((0, ""), (made.Code, made.Error));
        var left = DateTimeOffset.Parse((string)made.Json["expires_at"]!, CultureInfo.InvariantCulture) - TimeProvider.System.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(60));
        return made.Json;
    }

    private async Task<(FleetBridgeProcess Process, JsonObject Announced)> StartAsync(string data, params string[] more)
    {
        var worker = FleetBridgeProcess.Start(_folder["state"], Words(data, more));
        _workers.Add(worker);
        await worker.WaitForAsync(process => process.Output.Contains('\n', StringComparison.Ordinal), "it announces itself");
        return (worker, JsonNode.Parse(worker.Output.Split('\n')[0])!.AsObject());
    }

    private async Task RefusedAsync(string data, string token, string reason)
    {
        var refused = await FleetBridgeProcess.RunAsync(_folder["state"], Words(data, "--join", token));
        Assert.NotEqual(0, refused.Code);
        Assert.Equal("", refused.Output);
        Assert.Contains(token, refused.Error, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
    }

    private async Task StatusAsync(string id, string expected)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Url) };
        await Eventually.TrueAsync(
            async () =>
            {
                using var response = await http.GetAsync(new Uri($"worker/{id}", UriKind.Relative));
                return response.StatusCode == HttpStatusCode.OK
                    && (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]! == expected;
            },
            $"worker {id} is {expected}");
    }
}
