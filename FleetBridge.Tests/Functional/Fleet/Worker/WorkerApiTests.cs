using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Fleet.Servers;
using FleetBridge.Keeper.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>A worker's private API with real servers.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WorkerApiTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    [Fact]
    public async Task Server_is_made_listed_started_commanded_stopped_and_deleted()
    {
        Requires.GameServerProgram();
        using var request = worker.Request("POST", "/server", worker.Body("--show-start"));
        using var response = await worker.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var made = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var id = (string)made["id"]!;
        Assert.Equal((HttpStatusCode.Created, $"/server/{id}"), (response.StatusCode, response.Headers.Location!.OriginalString));
        Assert.Equal((worker.Worker.WorkerId, "stopped"), ((string)made["worker_id"]!, (string)made["desired_state"]!));
        Assert.Contains((await worker.CallAsync("GET", "/server")).Json["items"]!.AsArray(), item => (string)item!["id"]! == id);

        var (_, started) = await worker.CallAsync("POST", $"/server/{id}/start");
        Assert.Equal((id, "start", "done"), ((string)started["server_id"]!, (string)started["type"]!, (string)started["status"]!));
        Assert.EndsWith("Z", (string)started["ended_at"]!, StringComparison.Ordinal);
        var running = await ServerAsync(id);
        Assert.Equal(("running", "ready"), ((string)running["desired_state"]!, (string)running["state"]!));
        Assert.NotNull(ProcessMark.StartOf((int)running["pid"]!));

        var (_, said) = await worker.CallAsync("POST", $"/server/{id}/command", """{"type":"stdin","text":"say good morning"}""");
        Assert.Equal("done", (string)said["status"]!);
        await PrintsAsync(id, "good morning");
        var (_, restarted) = await worker.CallAsync("POST", $"/server/{id}/command", """{"type":"restart"}""");
        Assert.Equal("done", (string)restarted["status"]!);
        Assert.NotEqual((int)running["pid"]!, (int)(await ServerAsync(id))["pid"]!);

        var (_, stopped) = await worker.CallAsync("POST", $"/server/{id}/shutdown");
        Assert.Equal(("stop", "done"), ((string)stopped["type"]!, (string)stopped["status"]!));
        var ended = await ServerAsync(id);
        Assert.Equal(
            ("stopped", "stopped", "command", 0),
            ((string)ended["desired_state"]!, (string)ended["state"]!, (string)ended["stopped_by"]!, (int)ended["exit_code"]!));

        Assert.Equal(202, (await worker.CallAsync("DELETE", $"/server/{id}")).Status);
        await Eventually.TrueAsync(async () => (await worker.CallAsync("GET", $"/server/{id}")).Status == 404, "it is gone");
    }

    [Fact]
    public async Task Kill_ends_a_server_that_hangs()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync("--hang", "--show-start");
        var pid = (int)(await ServerAsync(id))["pid"]!;
        var (_, killed) = await worker.CallAsync("POST", $"/server/{id}/kill");
        Assert.Equal(("kill", "done"), ((string)killed["type"]!, (string)killed["status"]!));
        var ended = await ServerAsync(id);
        Assert.Equal(("stopped", "SIGKILL", "kill", null), (
            (string)ended["state"]!, (string)ended["signal"]!, (string)ended["stopped_by"]!, (int?)ended["exit_code"]));
        Assert.Null(ProcessMark.StartOf(pid));
    }

    [Theory]
    [InlineData("""{}""", "type is missing")]
    [InlineData("""{"type":"explode"}""", "one of the values")]
    [InlineData("""{"type":"stdin"}""", "text is the line")]
    [InlineData("""{"type":"start","text":"a"}""", "text is the line")]
    public async Task Wrong_command_says_what_is_wrong(string body, string words)
    {
        Requires.GameServerProgram();
        var id = (string)(await worker.CallAsync("POST", "/server", worker.Body())).Json["id"]!;
        var (status, problem) = await worker.CallAsync("POST", $"/server/{id}/command", body);
        Assert.Equal(400, status);
        Assert.Contains(words, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_that_fails_has_its_error()
    {
        Requires.GameServerProgram();
        var id = (string)(await worker.CallAsync("POST", "/server", worker.Body())).Json["id"]!;
        var (status, command) = await worker.CallAsync("POST", $"/server/{id}/command", """{"type":"stdin","text":"hello"}""");
        Assert.Equal((200, "failed", "The server does not run."), (status, (string)command["status"]!, (string)command["error"]!));
    }

    [Fact]
    public async Task Log_has_a_tail_and_ranges()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync("--rate", "500", "--lines", "200");
        await PrintsAsync(id, "line 200\n");
        Assert.Equal("line 199\nline 200\n", await worker.ReadLogAsync(id, "?tail=2"));
        Assert.Equal("", await worker.ReadLogAsync(id, "?tail=0"));
        var middle = Uri.EscapeDataString(
            DateTimeOffset.Parse((string)(await ServerAsync(id))["started_at"]!, CultureInfo.InvariantCulture).AddMilliseconds(200).ToString("O"));
        var (first, second) = (await worker.ReadLogAsync(id, $"?to={middle}"), await worker.ReadLogAsync(id, $"?from={middle}"));
        Assert.NotEqual("", second);
        Assert.Equal(string.Concat(Enumerable.Range(1, 200).Select(number => $"line {number}\n")), first + second);
        Assert.Equal(first + second, await worker.ReadLogAsync(id));

        var (status, problem) = await worker.CallAsync("GET", $"/server/{id}/log?tail=-1");
        Assert.Equal((400, "invalid_query"), (status, (string)problem["code"]!));
        (status, problem) = await worker.CallAsync("GET", $"/server/{id}/log?from=yesterday");
        Assert.Equal((400, "invalid_query"), (status, (string)problem["code"]!));
    }

    [Fact]
    public async Task Log_is_followed_as_server_sent_events_across_a_restart()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync("--rate", "1000", "--lines", "50", "--raw", "61620d63640a");
        using var request = worker.Request("GET", $"/server/{id}/log?follow=true");
        using var response = await worker.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(("text/event-stream", "no-store"), (
            response.Content.Headers.ContentType!.MediaType, response.Headers.CacheControl!.ToString()));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        var run = new[] { "data: ab", "data: cd", "" }.Concat(Enumerable.Range(1, 50).SelectMany(number => new[] { $"data: line {number}", "" })).ToList();
        Assert.Equal(run, await ReadAsync(reader, run.Count));
        await worker.CallAsync("POST", $"/server/{id}/command", """{"type":"restart"}""");
        Assert.Equal(["data: quitting", "", .. run], await ReadAsync(reader, run.Count + 2));
    }

    [Fact]
    public async Task Status_has_the_figures_of_the_machine_and_of_each_server()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync("--spin", "--memory", "20");
        JsonNode status = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                status = (await worker.CallAsync("GET", "/status")).Json;
                return (double?)ServerIn(status, id)?["cpu_percent"] > 0 && (double?)status["cpu_percent"] > 0 && status["host_link"]?["connected_since"] is not null;
            },
            "the figures of a server that spins");
        Assert.Equal((worker.Worker.WorkerId, "alive"), ((string)status["id"]!, (string)status["status"]!));
        Assert.InRange((long)ServerIn(status, id)!["memory_bytes"]!, 20L * 1024 * 1024, 200L * 1024 * 1024);
        Assert.InRange((double)status["cpu_percent"]!, 0, 100);
        Assert.True((long)status["memory_bytes"]! > 1024 * 1024);
        Assert.True((long)status["disk_free_bytes"]! > 0);
        var server = await ServerAsync(id);
        Assert.True((double)server["cpu_percent"]! > 0);
        Assert.True((long)server["memory_bytes"]! > 0);
        await worker.CallAsync("POST", $"/server/{id}/kill");
    }

    [Fact]
    public async Task Frozen_worker_takes_no_server_until_it_is_thawed_and_its_host_knows()
    {
        Assert.Equal(204, (await worker.CallAsync("POST", "/freeze")).Status);
        Assert.Equal("frozen", (string)(await worker.CallAsync("GET", "/status")).Json["status"]!);
        var (status, problem) = await worker.CallAsync("POST", "/server", worker.Body());
        Assert.Equal((409, "worker_frozen"), (status, (string)problem["code"]!));
        await HostSeesAsync(WorkerState.Frozen);
        Assert.Equal(204, (await worker.CallAsync("POST", "/thaw")).Status);
        Assert.Equal("alive", (string)(await worker.CallAsync("GET", "/status")).Json["status"]!);
        await HostSeesAsync(WorkerState.Alive);
    }

    private static JsonNode? ServerIn(JsonNode status, string id) => status["servers"]!.AsArray().FirstOrDefault(server => (string)server!["id"]! == id);

    private static async Task<List<string>> ReadAsync(StreamReader reader, int count)
    {
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add(await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "the end");
        }

        return lines;
    }

    private async Task HostSeesAsync(WorkerState state)
    {
        var fleet = await worker.Host.Host.Workers.Fleet;
        await Eventually.TrueAsync(() => fleet.GetWorker(worker.Worker.WorkerId).Status == state, $"the host sees that it is {state}");
    }

    private async Task<JsonNode> ServerAsync(string id)
    {
        var (status, server) = await worker.CallAsync("GET", $"/server/{id}");
        Assert.Equal(200, status);
        return server;
    }

    private Task PrintsAsync(string id, string text) => Eventually.TrueAsync(
        async () => (await worker.ReadLogAsync(id)).Contains(text, StringComparison.Ordinal), $"it prints {text}");
}
