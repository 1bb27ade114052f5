using System.Runtime.Versioning;
using System.Text;
using Docker.DotNet.Models;
using FleetBridge.Fleet.Containers;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Fleet.Containers;

[UnsupportedOSPlatform("windows")]
public sealed class DockerRunnerTests(DockerEngine engine) : IClassFixture<DockerEngine>, IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _runners = [];
    private readonly string _server = Guid.NewGuid().ToString("N");

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        engine.Require();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Server_gets_arguments_variables_and_lines_and_its_end_is_told()
    {
        var server = await StartAsync(Runner(), ["--show-start", "--show-env", "COLOUR", "--to-stderr"], environment: ("COLOUR", "b l=ue"));
        await server.WriteStdinAsync("grüße"u8.ToArray(), Ending);
        await server.WriteStdinAsync("exit 3"u8.ToArray(), Ending);

        var exit = await EndOfAsync(server);

        Assert.Equal((3, null, false), (exit.ExitCode, exit.Signal, exit.IsOutOfMemory));
        Assert.True(server.Pid > 0);
        Assert.True(exit.EndedAt >= server.StartedAt);
        Assert.Contains("argument --show-env", exit.LastLines);
        Assert.Contains("env COLOUR=b l=ue", exit.LastLines);
        Assert.Equal("stdin: grüße", exit.LastLines[^1]);
    }

    [Theory]
    [InlineData("--trap TERM --exit-code 5", "SIGTERM", 5, null, "signal TERM")]
    [InlineData("--trap INT", "SIGINT", 0, null, "signal INT")]
    [InlineData("--ready line", "SIGTERM", null, "SIGTERM", "server is ready")]
    [InlineData("--hang --ready line", "SIGKILL", null, "SIGKILL", "server is ready")]
    public async Task Signal_reaches_the_server(string arguments, string signal, int? code, string? endedBy, string lastLine)
    {
        var server = await StartAsync(Runner(), [.. arguments.Split(' '), "--show-env", "X"]);
        await LogHasAsync("env X is not set");

        await server.SignalAsync(signal, Ending);
        var exit = await EndOfAsync(server);

        Assert.Equal((code, endedBy), (exit.ExitCode, exit.Signal));
        Assert.Contains(lastLine, exit.LastLines);
        await Assert.ThrowsAsync<RunningServerException>(() => server.SignalAsync(signal, Ending));
        await Assert.ThrowsAsync<RunningServerException>(() => server.WriteStdinAsync("quit"u8.ToArray(), Ending));
        await server.KillTreeAsync(Ending);
    }

    [Fact]
    public async Task Kill_ends_the_server_with_everything_it_has_started()
    {
        var server = await StartAsync(Runner(), ["--hang", "--children", "1", "--orphans", "2"]);
        await LogHasAsync("orphan");

        await server.KillTreeAsync(Ending);

        Assert.Equal("SIGKILL", (await EndOfAsync(server)).Signal);
        Assert.Null(server.Measure());
    }

    [Fact]
    public async Task Server_beyond_its_memory_is_said_to_be_out_of_memory()
    {
        var server = await StartAsync(Runner(), ["--memory", "200"], container: new ContainerSettings { MemoryBytes = 32_000_000 });

        var exit = await EndOfAsync(server);

        Assert.Equal((true, "SIGKILL"), (exit.IsOutOfMemory, exit.Signal));
    }

    [Fact]
    public async Task Use_of_a_server_is_measured()
    {
        var server = await StartAsync(Runner(), ["--memory", "20", "--spin"]);

        await Eventually.TrueAsync(() => server.Measure() is { MemoryBytes: > 20_000_000, CpuTime.Ticks: > 0 }, "20 MB and some CPU time");
    }

    [Fact]
    public async Task Next_worker_finds_what_runs_and_what_has_ended()
    {
        var first = Runner();
        var running = await StartAsync(first, []);
        var ended = await StartAsync(first, ["--ready", "line"], server: $"{_server}-ended");
        var forgotten = await StartAsync(first, ["--exit-code", "1", "--exit-after", "0"], server: $"{_server}-forgotten");
        await EndOfAsync(forgotten);
        forgotten.Forget();
        await first.DisposeAsync();
        await engine.Client.Containers.KillContainerAsync(
            ContainerSpecification.NameOf(ended.ServerId, ended.RunId), new ContainerKillParameters { Signal = "SIGKILL" }, Ending);

        var adopted = (await Runner().AdoptAsync(Ending)).ToDictionary(server => server.RunId);

        Assert.Equal([running.RunId, ended.RunId], adopted.Keys.OrderBy(run => run != running.RunId));
        Assert.Equal((running.Pid, running.StartedAt), (adopted[running.RunId].Pid, adopted[running.RunId].StartedAt));
        var exit = await EndOfAsync(adopted[ended.RunId]);
        Assert.Equal("SIGKILL", exit.Signal);
        Assert.Contains("server is ready", exit.LastLines);
        await adopted[running.RunId].WriteStdinAsync("exit 7"u8.ToArray(), Ending);
        Assert.Equal(7, (await EndOfAsync(adopted[running.RunId])).ExitCode);
    }

    [Fact]
    public async Task Other_workers_servers_are_not_adopted()
    {
        await StartAsync(Runner(), []);

        Assert.Empty(await Runner("other").AdoptAsync(Ending));
    }

    [Fact]
    public async Task Server_survives_its_engine_and_is_steered_again()
    {
        var runner = Runner();
        var server = await StartAsync(runner, ["--ready", "line"]);
        await LogHasAsync("server is ready");
        var pid = server.Pid;

        await engine.KillAsync();
        await Assert.ThrowsAsync<RunningServerException>(() => server.SignalAsync("SIGTERM", Ending));
        var adopted = Assert.Single(await Runner().AdoptAsync(Ending));
        Assert.False(server.Exited.IsCompleted || adopted.Exited.IsCompleted);
        Assert.True(await engine.StartAsync());

        await server.WriteStdinAsync("exit 4"u8.ToArray(), Ending);
        Assert.Equal(4, (await EndOfAsync(server)).ExitCode);
        Assert.Equal(4, (await EndOfAsync(adopted)).ExitCode);
        Assert.Equal(pid, server.Pid);
    }

    [Fact]
    public async Task Log_goes_over_two_runs_and_follows_into_the_next()
    {
        var runner = Runner();
        foreach (var lines in new[] { 3, 4 })
        {
            var server = await StartAsync(runner, ["--rate", "0", "--lines", $"{lines}", "--exit-after", "100"]);
            await EndOfAsync(server);
            server.Forget();
        }

        Assert.Equal("line 1\nline 2\nline 3\nline 1\nline 2\nline 3\nline 4\n", await LogAsync(new LogRange()));
        Assert.Equal("line 3\nline 1\nline 2\nline 3\nline 4\n", await LogAsync(new LogRange { Tail = 5 }));
        Assert.Equal("line 4\n", await LogAsync(new LogRange { Tail = 1 }));
        Assert.Equal("", await LogAsync(new LogRange { Tail = 0 }));
        Assert.Equal("", await LogAsync(new LogRange { From = TimeProvider.System.GetUtcNow().AddMinutes(1) }));

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Ending);
        var followed = new StringBuilder();
        var following = runner.ReadLogAsync(_folder.Path, _server, new LogRange { Tail = 1, Follow = true }, Append(followed), ending.Token);
        await Eventually.TrueAsync(() => Text(followed) == "line 4\n", "the last line");
        var third = await StartAsync(runner, ["--ready", "line"]);
        await Eventually.TrueAsync(() => Text(followed) == "line 4\nserver is ready\n", "a line of the next run");
        await third.WriteStdinAsync("say more"u8.ToArray(), Ending);
        await Eventually.TrueAsync(() => Text(followed).EndsWith("more\n", StringComparison.Ordinal), "a later line");
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
    }

    [Fact]
    public async Task Data_lives_across_runs_and_goes_with_the_server()
    {
        var runner = Runner();
        foreach (var run in new[] { "run 1", "run 2" })
        {
            var server = await StartAsync(runner, ["--count", "/saved/runs", "--exit-after", "0"], data: "saved");
            Assert.Contains(run, (await EndOfAsync(server)).LastLines);
        }

        await runner.RemoveAsync(_folder.Path, _server, Ending);

        Assert.Empty(await engine.Client.Containers.ListContainersAsync(
            new ContainersListParameters { All = true, Filters = ContainerLabels.Filter($"fleetbridge.server={_server}") }, Ending));
        Assert.Empty((await engine.Client.Volumes.ListAsync(
            new VolumesListParameters { Filters = ContainerLabels.Filter($"fleetbridge.server={_server}") }, Ending)).Volumes ?? []);
    }

    [Fact]
    public async Task Program_that_is_not_in_the_image_is_named_by_the_end()
    {
        var server = await StartAsync(Runner(), [], executable: "missing");

        var exit = await EndOfAsync(server);

        Assert.Equal(127, exit.ExitCode);
        Assert.Contains("/missing", Assert.Single(exit.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_that_cannot_be_made_leaves_nothing()
    {
        var runner = Runner();
        await StartAsync(runner, []);

        var error = await Assert.ThrowsAsync<StartException>(() => StartAsync(runner, []));

        Assert.Equal(("still_running", true), (error.Code, error.IsRetryable));
        Assert.Single(await Runner().AdoptAsync(Ending));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
        {
            await runner.DisposeAsync();
        }

        if (TestContext.Current.TestState is { Result: not TestResult.Skipped })
        {
            foreach (var container in await engine.Client.Containers.ListContainersAsync(new ContainersListParameters { All = true }, CancellationToken.None))
            {
                await engine.Client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None);
            }
        }

        _folder.Dispose();
    }

    private static Func<ReadOnlyMemory<byte>, ValueTask> Append(StringBuilder text) => bytes =>
    {
        lock (text)
        {
            text.Append(Encoding.UTF8.GetString(bytes.Span));
        }

        return ValueTask.CompletedTask;
    };

    private static Task<ServerExit> EndOfAsync(IRunningServer server) => server.Exited.WaitAsync(Eventually.Limit, TimeProvider.System, Ending);

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    private ContainerEngine Engine(string data = "worker") => new(
        new ContainerOptions { DataFolder = _folder[data], Endpoint = engine.Endpoint, Network = "host" }, TimeProvider.System);

    private DockerRunner Runner(string data = "worker")
    {
        var runner = new DockerRunner(Engine(data), NullLogger.Instance);
        _runners.Add(runner);
        return runner;
    }

    private async Task<IRunningServer> StartAsync(
        DockerRunner runner,
        IReadOnlyList<string> arguments,
        string? server = null,
        string executable = "game_server",
        string? data = null,
        ContainerSettings? container = null,
        (string Name, string Value)? environment = null)
    {
        var install = _folder["install"];
        if (!Directory.Exists(install))
        {
            Directory.CreateDirectory(install);
            using var client = Engine();
            await new DockerInstaller(client).InstallAsync(
                new InstallRequest { ServerId = _server, GameId = GameId.Parse($"docker:{DockerEngine.GameImage}"), Folder = install },
                new Progress<InstallProgress>(),
                NullLogger.Instance,
                Ending);
        }

        return await runner.StartAsync(
            new StartRequest
            {
                ServerId = server ?? _server,
                RunId = Guid.NewGuid().ToString("N"),
                GameId = GameId.Parse($"docker:{DockerEngine.GameImage}"),
                ServerFolder = _folder["server"],
                InstallFolder = install,
                Configuration = new ServerConfiguration
                {
                    Executable = executable,
                    Arguments = arguments,
                    Data = data is null ? [] : [data],
                    Container = container,
                    Environment = environment is { } variable ? new Dictionary<string, string> { [variable.Name] = variable.Value } : new(),
                },
                LogCapBytes = 1024 * 1024,
                FreeSpaceFloorBytes = 0,
            },
            Ending);
    }

    private async Task<string> LogAsync(LogRange range)
    {
        var text = new StringBuilder();
        await Runner().ReadLogAsync(_folder["server"], _server, range, Append(text), Ending);
        return text.ToString();
    }

    private Task LogHasAsync(string words) => Eventually.TrueAsync(
        async () => (await LogAsync(new LogRange())).Contains(words, StringComparison.Ordinal), words);
}
