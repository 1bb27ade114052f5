using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>A game server that speaks the server SDK, run by <c>fleetbridge worker</c>: GameLift and the fleet are one.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WorkerGameServerTests : CliTest
{
    [Fact]
    public async Task Server_of_a_worker_gets_ready_hosts_a_session_and_starts_again_for_the_next_one()
    {
        Requires.Unix();
        await using var host = await HostProcess.StartAsync(State);
        var url = $"http://127.0.0.1:{host.HttpPort}";
        await using var worker = Start("worker", "--host", url, "--data", Folder["worker"], "--json");
        await worker.WaitForAsync(process => process.Output.Contains('\n', StringComparison.Ordinal), "the worker announces itself");
        var workerId = (string)JsonNode.Parse(worker.Output.Split('\n')[0])!["worker_id"]!;
        JsonObject server = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var added = await RunAsync(
                    "server", "add", "--url", url, "--game", $"folder:{Path.GetDirectoryName(Repository.EchoServer)}", "--executable", "EchoServer",
                    "--arg=-port={port}", "--port", "game=0", "--json");
                server = added.Code == 0 ? added.Json : [];
                return added.Code == 0;
            },
            "the worker takes a server");
        var id = (string)server["id"]!;
        Assert.Equal(0, (await RunAsync("server", "start", id, "--url", url)).Code);

        // twice: a process hosts one game session, and its end is no crash
        var first = await PlayAsync(url, id, workerId, host);
        var second = await PlayAsync(url, id, workerId, host);
        Assert.NotEqual(first, second);
        await Eventually.TrueAsync(async () => (string?)(await ShowAsync(url, id))["state"] == "ready", "it is ready for the third");
        Assert.Equal(0, (int)(await ShowAsync(url, id))["restarts"]!);
        Assert.Equal(0, (await RunAsync("server", "delete", id, "--url", url)).Code);
        await Eventually.TrueAsync(async () => (await RunAsync("servers", "--json", "--url", url)).Json["items"]!.AsArray().Count == 0, "it is gone");
    }

    /// <returns>The id of the process that hosted the session.</returns>
    private async Task<int> PlayAsync(string url, string id, string workerId, HostProcess host)
    {
        await Eventually.TrueAsync(async () => (string?)(await ShowAsync(url, id))["state"] == "ready", "the server is ready");
        var pid = (int)(await ShowAsync(url, id))["pid"]!;
        var created = await RunAsync("session", "create", "--url", url, "--name", "arena", "--max-players", "2", "--player-id", "ada", "--json");
        Assert.True(created.Code == 0, created.Error);
        Assert.Equal((int)(await ShowAsync(url, id))["ports"]!["game"]!, (int)created.Json["Port"]!);
        using var udp = new UdpClient();
        udp.Connect(IPAddress.Parse((string)created.Json["IpAddress"]!), (int)created.Json["Port"]!);
        Assert.Equal("welcome", await SayAsync(udp, (string)created.Json["PlayerSessionId"]!));
        Assert.Equal("hello", await SayAsync(udp, "hello"));
        var (_, computes) = await host.CallAsync("ListCompute", new() { ["FleetId"] = "fleet-local" });
        Assert.Contains(computes["ComputeList"]!.AsArray(), compute => (string?)compute!["ComputeName"] == workerId);
        Assert.Equal(0, (await RunAsync("session", "terminate", "--url", url, "--session", (string)created.Json["GameSessionId"]!)).Code);
        await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone(pid), "its process ends");
        return pid;
    }

    private async Task<JsonObject> ShowAsync(string url, string id)
    {
        var listed = await RunAsync("servers", "--json", "--url", url);
        Assert.True(listed.Code == 0, listed.Error);
        return listed.Json["items"]!.AsArray().Select(server => server!.AsObject()).Single(server => (string?)server["id"] == id);
    }

    private static async Task<string> SayAsync(UdpClient udp, string text)
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        await udp.SendAsync(Encoding.UTF8.GetBytes(text), limit.Token);
        return Encoding.UTF8.GetString((await udp.ReceiveAsync(limit.Token)).Buffer);
    }
}
