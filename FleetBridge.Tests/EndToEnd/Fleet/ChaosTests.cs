using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Fleet;

/// <summary>
/// Twenty servers on two workers, whose processes are killed and whose links are cut at random, while commands are given. The seed
/// repeats what happens; how long it lasts is a variable's.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int WorkerCount = 2;
    private const int ServerCount = 20;
    private const string SecondsVariable = "FLEETBRIDGE_CHAOS_SECONDS";
    private const string SeedVariable = "FLEETBRIDGE_CHAOS_SEED";

    /// <summary>A command waits for its worker a minute, and a worker's own steps have their time too.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(150);

    /// <summary>A server prints its first line when it has started, which is a second of a busy machine.</summary>
    private static readonly TimeSpan BriefRun = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<Given> _commands = [];

    private enum Blow
    {
        KillWorker,
        KillHost,
        KillBoth,
        CutLink,
        ResetLink,
        LoseLink,
    }

    [Fact]
    public async Task Servers_commands_and_lines_survive_kills_and_cuts()
    {
        Requires.GameServerProgram();
        var seconds = Number(SecondsVariable, 30);
        var seed = Number(SeedVariable, 14);
        output.WriteLine($"seed {seed}, {seconds} s: set {SeedVariable} and {SecondsVariable} for others");
        using var folder = new TemporaryFolder();
        await using var fleet = await ChaosFleet.StartAsync(folder, WorkerCount);
        var servers = await StartServersAsync(fleet, GameServerProgram.BuildIn(folder["game"]));
        var pids = await PidsAsync(fleet, servers);

        using var ending = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var giving = GiveCommandsAsync(fleet, servers, new Random(seed), ending.Token);
        await StrikeAsync(fleet, new Random(seed + 1), ending.Token);
        await giving;
        output.WriteLine($"{_commands.Count} commands were acknowledged");

        var outcomes = await OutcomesAsync(fleet);
        await SettledAsync(fleet, servers);
        foreach (var server in servers)
        {
            await CheckAsync(fleet, server, pids[server], outcomes);
        }
    }

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;

    private static async Task<IReadOnlyList<string>> StartServersAsync(ChaosFleet fleet, string game)
    {
        var servers = new List<string>();
        for (var i = 0; i < ServerCount; i++)
        {
            var body = JsonNode.Parse(
                $$"""
                {
                    "game_id": "folder:{{game}}",
                    "configuration": {
                        "executable": "bin/game_server",
                        "arguments": ["--rate", "20", "--count", "saved/runs"],
                        "data": ["saved"],
                        "stop": {"command": "quit", "timeout_seconds": 5}
                    }
                }
                """)!.AsObject();
            servers.Add(await fleet.AddAsync(body));
        }

        foreach (var server in servers)
        {
            await StateAsync(fleet, server, "stopped");
            Assert.NotNull(await fleet.PostAsync($"server/{server}/command", new JsonObject { ["type"] = "start" }, HttpStatusCode.Accepted));
        }

        return servers;
    }

    private static async Task<Dictionary<string, int>> PidsAsync(ChaosFleet fleet, IReadOnlyList<string> servers)
    {
        var pids = new Dictionary<string, int>();
        foreach (var server in servers)
        {
            await StateAsync(fleet, server, "ready");
            pids[server] = (int)(await fleet.GetAsync($"server/{server}"))!["pid"]!;
        }

        return pids;
    }

    private static Task StateAsync(ChaosFleet fleet, string server, string state) => Eventually.TrueAsync(
        async () => (string?)(await fleet.GetAsync($"server/{server}"))?["state"] == state, $"{server} is {state}");

    /// <summary>Half of the servers get commands that change them, the others lines only: those have to keep their processes.</summary>
    private async Task GiveCommandsAsync(ChaosFleet fleet, IReadOnlyList<string> servers, Random random, CancellationToken ending)
    {
        for (var number = 1; !ending.IsCancellationRequested; number++)
        {
            var index = random.Next(servers.Count);
            var type = index % 2 == 0 ? "stdin" : random.Next(6) switch { 0 => "stop", 1 or 2 => "start", 3 => "restart", _ => "stdin" };
            var text = type == "stdin" ? $"say token {number}." : null;
            var body = new JsonObject { ["type"] = type, ["text"] = text };
            if (await fleet.PostAsync($"server/{servers[index]}/command", body, HttpStatusCode.Accepted) is { } command)
            {
                _commands.Enqueue(new Given(servers[index], (string)command["id"]!, type, text?["say ".Length..]));
            }

            await PauseAsync(random.Next(20, 200), ending);
        }
    }

    private async Task StrikeAsync(ChaosFleet fleet, Random random, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            var worker = random.Next(WorkerCount);
            var blow = (Blow)random.Next(Enum.GetValues<Blow>().Length);
            var pause = random.Next(50, 1500);
            output.WriteLine($"{blow} {worker}, {pause} ms");
            switch (blow)
            {
                case Blow.KillWorker:
                    await fleet.KillWorkerAsync(worker);
                    await PauseAsync(pause, ending);
                    await fleet.StartWorkerAsync(worker);
                    break;
                case Blow.KillHost:
                    await fleet.KillHostAsync();
                    await PauseAsync(pause, ending);
                    await fleet.StartHostAsync();
                    break;
                case Blow.KillBoth:
                    await Task.WhenAll(fleet.KillHostAsync(), fleet.KillWorkerAsync(worker));
                    await PauseAsync(pause, ending);
                    await fleet.StartHostAsync();
                    await fleet.StartWorkerAsync(worker);
                    break;
                case Blow.CutLink:
                    fleet.Wires[worker].Cut();
                    break;
                case Blow.ResetLink:
                    fleet.Wires[worker].Reset();
                    break;
                case Blow.LoseLink:
                    fleet.Wires[worker].IsDown = true;
                    fleet.Wires[worker].Cut();
                    await PauseAsync(pause, ending);
                    fleet.Wires[worker].IsDown = false;
                    break;
            }

            await PauseAsync(random.Next(200, 1500), ending);
        }
    }

    /// <summary>Every acknowledged command ends, and its end does not change.</summary>
    private async Task<IReadOnlyDictionary<string, string>> OutcomesAsync(ChaosFleet fleet)
    {
        var (outcomes, watch) = (new Dictionary<string, string>(), Stopwatch.StartNew());
        foreach (var command in _commands)
        {
            var path = $"server/{command.Server}/command/{command.Id}";
            string? status;
            while ((status = (string?)(await fleet.GetAsync(path))?["status"]) is null or "pending" or "delivered")
            {
                Assert.True(watch.Elapsed < SettleLimit, $"{command} is still {status ?? "unknown"}");
                await PauseAsync(50, CancellationToken.None);
            }

            outcomes[command.Id] = status;
        }

        foreach (var command in _commands)
        {
            Assert.Equal(outcomes[command.Id], (string?)(await fleet.GetAsync($"server/{command.Server}/command/{command.Id}"))?["status"]);
        }

        output.WriteLine(string.Join(", ", _commands.GroupBy(command => $"{command.Type} {outcomes[command.Id]}")
            .Select(group => $"{group.Key}: {group.Count()}").Order()));
        return outcomes;
    }

    private static async Task SettledAsync(ChaosFleet fleet, IReadOnlyList<string> servers)
    {
        foreach (var server in servers)
        {
            await Eventually.TrueAsync(
                async () => await fleet.GetAsync($"server/{server}") is { } found
                    && ((string)found["desired_state"]!, (string)found["state"]!) is ("running", "ready") or ("stopped", "stopped"),
                $"{server} is as desired");
        }
    }

    private async Task CheckAsync(ChaosFleet fleet, string server, int pid, IReadOnlyDictionary<string, string> outcomes)
    {
        var found = (await fleet.GetAsync($"server/{server}"))!;
        var commands = _commands.Where(command => command.Server == server).ToList();
        var changes = commands.Where(command => command.Type != "stdin").ToList();
        if (changes.Count == 0)
        {
            Assert.Equal(("ready", pid), ((string)found["state"]!, (int)found["pid"]!));
        }
        else if ((string)found["state"]! == "stopped" || (int)found["pid"]! != pid)
        {
            // a stop by its command, which is the reason
            Assert.True(found["exit_code"] is not null || found["signal"] is not null, $"{server} has no recorded end: {found}");
            Assert.True(found["stopped_by"] is not null, $"{server} was ended by no step of a stop: {found}");
        }

        string? log = null;
        await Eventually.TrueAsync(async () => (log = await fleet.LogAsync(server)) is not null, $"the log of {server}");
        var lines = log!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var (runs, silent) = CheckLines(server, lines);

        // a start that is cancelled ends the process, and the keeper with it, whose lines nobody has taken yet
        var cancelled = changes.Count(command => command.Type is "start" or "restart" && outcomes[command.Id] != "done");
        // and on a busy machine one is asked to end before it has printed anything
        var brief = found["recent_ends"]!.AsArray().Count(end => (bool)end!["was_asked"]! && TimeOf(end["ended_at"]!) - TimeOf(end["started_at"]!) < BriefRun);
        Assert.True(
            silent <= cancelled + brief,
            $"{silent} runs of {server} have no lines, {cancelled} starts were cancelled, and {brief} runs were brief: {found["recent_ends"]}");
        Assert.True(runs <= 1 + changes.Count(command => command.Type is "start" or "restart"), $"{server} was started {runs} times by {changes.Count} commands");
        foreach (var command in commands.Where(command => command.Text is not null))
        {
            // a server that is stopping does not read what it was sent
            var printed = lines.Count(line => line == command.Text);
            Assert.True(
                printed == 1 || (printed == 0 && (outcomes[command.Id] != "done" || changes.Count > 0)),
                $"{command} is {outcomes[command.Id]} and was printed {printed} times");
        }
    }

    /// <summary>Every line of every run is there once, in order.</summary>
    /// <returns>The number of runs, and of those that have left no line.</returns>
    private static (int Runs, int Silent) CheckLines(string server, IReadOnlyList<string> lines)
    {
        var (run, next, silent) = (0, 1, 0);
        foreach (var line in lines.Where(line => line.StartsWith("run ", StringComparison.Ordinal)))
        {
            if (int.TryParse(line["run ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var begun) && begun > run)
            {
                silent += begun - run - 1;
                (run, next) = (begun, 1);
            }
            else
            {
                Assert.Equal($"{server}: run {run} line {next++}", $"{server}: {line}");
            }
        }

        return (run, silent);
    }

    private static DateTimeOffset TimeOf(JsonNode time) => DateTimeOffset.Parse((string)time!, CultureInfo.InvariantCulture);

    private static Task PauseAsync(int milliseconds, CancellationToken ending) => Task.Delay(
        TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, ending).ContinueWith(_ => { }, TaskScheduler.Default);

    private sealed record Given(string Server, string Id, string Type, string? Text);
}
