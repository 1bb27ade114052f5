using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>Servers that end while their host is down, with everything as processes.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EndsWithoutAHostTests : IAsyncDisposable
{
    private readonly FleetProcesses _fleet = new();

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Each_end_is_listed_once_with_the_time_at_which_it_happened()
    {
        Requires.GameServerProgram();
        var game = GameServerProgram.BuildIn(_fleet["game"]);
        await _fleet.StartAsync();
        var id = (string)(await _fleet.JsonAsync(
            "server", "add", "--game", $"folder:{game}", "--executable", "bin/game_server", "--arg=--exit-code", "--arg=4", "--stop-command",
            "quit"))["id"]!;
        await _fleet.RunAsync("server", "start", id);
        var first = await _fleet.StateAsync(id, "ready");
        await _fleet.KillHostAsync();

        // a crash, a stop by the worker's own API, and a crash that no worker sees either
        List<(DateTimeOffset Before, DateTimeOffset After)> times = [];
        times.Add(await TimeAsync(async () =>
        {
            FleetBridgeProcess.Send((int)first["pid"]!, 11);
            await LocalAsync(id, server => (int?)server["pid"] is { } pid && pid != (int)first["pid"]!);
        }));
        times.Add(await TimeAsync(() => PostAsync($"server/{id}/shutdown")));
        await PostAsync($"server/{id}/start");
        var third = await LocalAsync(id, server => (string)server["state"]! == "ready");
        await _fleet.KillWorkerAsync();
        times.Add(await TimeAsync(async () =>
        {
            FleetBridgeProcess.Send((int)third["pid"]!, FleetBridgeProcess.Kill);
            await Eventually.TrueAsync(() => FleetBridgeProcess.IsGone((int)third["pid"]!), "the server's end");
        }));
        await _fleet.StartHostAsync();
        Assert.Equal("unknown", (string)(await _fleet.ServerAsync(id))["state"]!);
        await _fleet.StartWorkerAsync();

        await _fleet.StateAsync(id, "ready");
        await CheckAsync(id, times);

        // nor does another session of either one list them again
        await _fleet.KillHostAsync();
        await _fleet.StartHostAsync();
        await _fleet.StateAsync(id, "ready");
        await CheckAsync(id, times);
    }

    private async Task CheckAsync(string id, List<(DateTimeOffset Before, DateTimeOffset After)> times)
    {
        var ends = (await _fleet.JsonAsync("server", "show", id))["recent_ends"]!.AsArray();
        Assert.Equal(
            [(null, "SIGKILL", false), (4, null, true), (null, "SIGSEGV", false)],
            ends.Select(end => ((int?)end!["exit_code"], (string?)end["signal"], (bool)end["was_asked"]!)));
        Assert.Equal(
            ["It was ended by SIGKILL after it was ready", "It was stopped on request. It exited with code 4.", "It was ended by SIGSEGV after it was ready"],
            ends.Select(end => ((string)end!["reason"]!).Split(',')[0]));
        foreach (var (end, (before, after)) in ends.Zip(times.AsEnumerable().Reverse()))
        {
            Assert.InRange(DateTimeOffset.Parse((string)end!["ended_at"]!, CultureInfo.InvariantCulture), before, after);
        }
    }

    private static async Task<(DateTimeOffset Before, DateTimeOffset After)> TimeAsync(Func<Task> what)
    {
        var before = TimeProvider.System.GetUtcNow();
        await what();
        return (before.AddMilliseconds(-10), TimeProvider.System.GetUtcNow().AddMilliseconds(10));
    }

    /// <summary>Waits until the worker says by its own API that a server is as it should be.</summary>
    private async Task<JsonNode> LocalAsync(string id, Func<JsonNode, bool> condition)
    {
        JsonNode? server = null;
        await Eventually.TrueAsync(
            async () => condition(server = JsonNode.Parse(await SendAsync(HttpMethod.Get, $"server/{id}"))!), () => $"the server: {server!.ToJsonString()}");
        return server!;
    }

    private Task<string> PostAsync(string path) => SendAsync(HttpMethod.Post, path);

    private async Task<string> SendAsync(HttpMethod method, string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(method, new Uri($"http://127.0.0.1:{(int)_fleet.Announced["port"]!}/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync((string)_fleet.Announced["token_file"]!)).Trim());
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        return await response.Content.ReadAsStringAsync();
    }
}
