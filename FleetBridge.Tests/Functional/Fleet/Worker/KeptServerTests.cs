using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Keeper.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Worker;

/// <summary>Real servers with real keepers.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KeptServerTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Server_gets_its_arguments_and_stdin_and_ends_by_its_command()
    {
        Requires.GameServerProgram();
        var configuration = WorkerFixture.Configuration("--show-start", "--show-env", "GREETING", "--raw", "ff0a", "--", "a b", "$HOME `id`");
        var environment = new Dictionary<string, string> { ["GREETING"] = "hello=world" };
        var id = await worker.StartAsync(configuration with { Environment = environment }, "env GREETING=hello=world");
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Stdin, "say good morning")).Status);
        await worker.PrintsAsync(id, "good morning");
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Stop)).Status);

        var log = await worker.ReadLogAsync(id);
        Assert.Contains("argument a b\n", log, StringComparison.Ordinal);
        Assert.Contains("argument $HOME `id`\n", log, StringComparison.Ordinal);
        Assert.Contains("\u00ff\n", log, StringComparison.Ordinal);
        var ended = worker.Observed(id);
        Assert.Equal((ServerState.Stopped, 0, null, StopStep.Command), (ended.State, ended.ExitCode, ended.Signal, ended.StoppedBy));
    }

    [Theory]
    [InlineData("--trap TERM --exit-code 3", 3, null, "Signal")]
    [InlineData("", null, "SIGTERM", "Signal")]
    [InlineData("--ignore TERM", null, "SIGKILL", "Kill")]
    public async Task Signal_is_heard_and_the_step_that_worked_is_known(string arguments, int? code, string? signal, string step)
    {
        Requires.GameServerProgram();
        var configuration = WorkerFixture.Configuration([.. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--show-start"]);
        var stop = new StopSettings { TimeoutSeconds = step == "Kill" ? 0.3 : 20 };
        var id = await worker.StartAsync(configuration with { Stop = stop }, "folder ");
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Stop)).Status);
        var ended = worker.Observed(id);
        Assert.Equal((code, signal, (StopStep?)Enum.Parse<StopStep>(step)), (ended.ExitCode, ended.Signal, ended.StoppedBy));
        var end = Assert.Single(ended.Ends);
        Assert.Equal((code, signal, true, ended.Reason), (end.ExitCode, end.Signal, end.WasAsked, end.Reason));
        Assert.True(end.StartedAt <= end.EndedAt, $"{end.StartedAt} {end.EndedAt}");
    }

    [Fact]
    public async Task What_a_server_leaves_behind_ends_with_it()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync(WorkerFixture.Configuration("--children", "2", "--orphans", "2", "--show-start"), "folder ");
        await Eventually.TrueAsync(async () => Ids(await worker.ReadLogAsync(id)).Count == 4, "all are there");
        var ids = Ids(await worker.ReadLogAsync(id));
        Assert.All(ids, pid => Assert.NotNull(ProcessMark.StartOf(pid)));
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Stop)).Status);
        Assert.All(ids, pid => Assert.Null(ProcessMark.StartOf(pid)));
        Assert.Equal(StopStep.Command, worker.Observed(id).StoppedBy);
    }

    [Fact]
    public async Task Server_outlives_its_worker_and_is_found_with_its_log_and_exit_code()
    {
        Requires.GameServerProgram();
        var running = await worker.StartAsync(WorkerFixture.Configuration("--rate", "100", "--show-start"), "line 5\n");
        var ending = await worker.StartAsync(WorkerFixture.Configuration("--show-start", "--exit-code", "7"), "folder ");
        var before = worker.Observed(running);
        var endingPid = worker.Observed(ending).Pid!.Value;
        await worker.Core.DisposeAsync();
        using (var kill = Process.Start("kill", ["-SEGV", endingPid.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.TrueAsync(() => ProcessMark.StartOf(endingPid) is null, "it has ended");
        await worker.RestartWorkerAsync();
        Assert.Equal((before.Pid, before.StartedAt), (worker.Observed(running).Pid, worker.Observed(running).StartedAt));
        await worker.StateAsync(ending, ServerState.Failed);
        Assert.Equal("SIGSEGV", worker.Observed(ending).Signal);
        Assert.Contains("folder ", worker.Observed(ending).Reason, StringComparison.Ordinal);

        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(running, CommandType.Stop)).Status);
        var numbers = Lines(await worker.ReadLogAsync(running));
        Assert.Equal(Enumerable.Range(1, numbers.Count), numbers);
    }

    [Fact]
    public async Task Log_of_a_fast_server_is_whole_while_a_reader_has_stopped()
    {
        Requires.GameServerProgram();
        const int Lines = 200_000;
        var id = await worker.StartAsync(WorkerFixture.Configuration("--rate", "0", "--lines", $"{Lines}"));
        using var stopped = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        var reader = worker.Core.ReadLogAsync(id, new LogRange { Follow = true }, _ => new ValueTask(never.Task.WaitAsync(stopped.Token)), stopped.Token);
        await worker.PrintsAsync(id, $"line {Lines}\n");
        Assert.False(reader.IsCompleted);
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader);
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Stdin, "longest")).Status);
        Assert.Equal(Enumerable.Range(1, Lines), KeptServerTests.Lines(await worker.ReadLogAsync(id)));
    }

    [Fact]
    public async Task Follower_gets_every_line_once_across_a_restart_of_the_server()
    {
        Requires.GameServerProgram();
        var counter = worker.File("runs");
        var id = await worker.StartAsync(WorkerFixture.Configuration("--rate", "1000", "--lines", "100", "--count", counter), "run 1 line 50\n");
        var text = new StringBuilder();
        using var enough = new CancellationTokenSource();
        var follower = worker.Core.ReadLogAsync(
            id,
            new LogRange { Follow = true },
            bytes =>
            {
                lock (text)
                {
                    text.Append(Encoding.UTF8.GetString(bytes.Span));
                }

                return ValueTask.CompletedTask;
            },
            enough.Token);
        await worker.PrintsAsync(id, "run 1 line 100\n");
        Assert.Equal(CommandStatus.Done, (await worker.RunAsync(id, CommandType.Restart)).Status);
        await Eventually.TrueAsync(() => Text().Contains("run 2 line 100\n", StringComparison.Ordinal), "the second run is followed");
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower);
        Assert.Equal([.. Enumerable.Range(1, 100), .. Enumerable.Range(1, 100)], Lines(Text()));

        string Text()
        {
            lock (text)
            {
                return text.ToString();
            }
        }
    }

    [Fact]
    public async Task Tail_and_times_give_whole_lines()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync(WorkerFixture.Configuration("--rate", "500", "--lines", "200"), "line 200\n");
        Assert.Equal([198, 199, 200], Lines(await worker.ReadLogAsync(id, new LogRange { Tail = 3 })));
        Assert.Empty(await worker.ReadLogAsync(id, new LogRange { Tail = 0 }));
        var started = worker.Observed(id).StartedAt!.Value;
        var middle = started.AddMilliseconds(200);
        var first = Lines(await worker.ReadLogAsync(id, new LogRange { To = middle }));
        var second = Lines(await worker.ReadLogAsync(id, new LogRange { From = middle }));
        Assert.Equal(Enumerable.Range(1, 200), [.. first, .. second]);
        Assert.NotEmpty(second);
        Assert.Equal(Enumerable.Range(1, 200), Lines(await worker.ReadLogAsync(id, new LogRange { From = started })));
    }

    [Fact]
    public async Task Log_keeps_to_its_cap()
    {
        Requires.GameServerProgram();
        const long Cap = 1024 * 1024;
        var id = await worker.StartAsync(
            WorkerFixture.Configuration("--rate", "0", "--lines", "60000", "--line-bytes", "100", "--big-line", "2000000") with { LogCapBytes = Cap });
        await worker.PrintsAsync(id, "line 60000 ");
        var files = Directory.GetFiles(Path.Combine(worker.DataFolder, "servers", id, "log")).Sum(file => new FileInfo(file).Length);
        Assert.InRange(files, Cap / 2, Cap);
        Assert.EndsWith("60000", Lines(await worker.ReadLogAsync(id))[^1].ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_keeper_ends_its_server_and_is_said()
    {
        Requires.GameServerProgram();
        var id = await worker.StartAsync(WorkerFixture.Configuration("--show-start"), "folder ");
        var pid = worker.Observed(id).Pid!.Value;
        var keeper = ProcessStat.TryRead(pid)!.Value.Parent;
        using (var kill = Process.Start("kill", ["-KILL", keeper.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await worker.StateAsync(id, ServerState.Failed);
        Assert.Contains("keeper was killed", worker.Observed(id).Reason, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => ProcessMark.StartOf(pid) is null, "the server has ended");
    }

    [Theory]
    [InlineData("bin/missing", "has no executable bin/missing")]
    [InlineData("server.cfg", "chmod +x")]
    [InlineData("../../../../../../bin/sh", "leads out of the install's folder")]
    public async Task Executable_that_cannot_be_run_is_named(string executable, string reason)
    {
        Requires.GameServerProgram();
        var (id, outcome) = await worker.TryStartAsync(WorkerFixture.Configuration() with { Executable = executable });
        Assert.Equal(CommandStatus.Failed, outcome.Status);
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(ServerState.Failed, worker.Observed(id).State);
    }

    [Theory]
    [InlineData("line", nameof(HealthType.Log))]
    [InlineData("tcp:PORT", nameof(HealthType.Tcp))]
    [InlineData("udp:PORT", nameof(HealthType.Udp))]
    [InlineData("http:PORT", nameof(HealthType.Http))]
    public async Task Server_is_ready_when_its_probe_says_so(string ready, string way)
    {
        Requires.GameServerProgram();
        var type = Enum.Parse<HealthType>(way);
        var port = FreePorts.Take();
        var id = await worker.StartAsync(
            WorkerFixture.Configuration("--ready", ready.Replace("PORT", $"{port}", StringComparison.Ordinal), "--ready-after", "300") with
            {
                Ports = new Dictionary<string, int> { ["game"] = port },
                Health = new HealthSettings { Type = type, Pattern = "^server is ready$", IntervalSeconds = 0.2, Failures = 2 },
            });
        Assert.Equal(ServerState.Starting, worker.Observed(id).State);
        await worker.StateAsync(id, ServerState.Ready);
        if (type != HealthType.Log)
        {
            await worker.RunAsync(id, CommandType.Stdin, "sick");
            if (type != HealthType.Udp)
            {
                await worker.StateAsync(id, ServerState.Failed);
                Assert.Contains("2 health checks in a row failed", worker.Observed(id).Reason, StringComparison.Ordinal);
            }
        }
    }

    private static List<int> Ids(string log) => [.. Numbers(log, "child "), .. Numbers(log, "orphan ")];

    private static List<int> Lines(string log) => Numbers(log, "line ");

    /// <summary>The number behind the word in each whole line that has it.</summary>
    private static List<int> Numbers(string log, string word) =>
    [
        .. from line in log[..(log.LastIndexOf('\n') + 1)].Split('\n')
           let place = line.IndexOf(word, StringComparison.Ordinal)
           where place >= 0
           select int.Parse(line[(place + word.Length)..].Split(' ')[0], CultureInfo.InvariantCulture),
    ];
}
