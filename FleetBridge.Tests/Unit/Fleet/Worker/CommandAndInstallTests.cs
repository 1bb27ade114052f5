using System.Net;
using System.Net.Sockets;
using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Worker;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

public sealed class CommandAndInstallTests : WorkerTest
{
    private string Installs => Path.Combine(DataFolder, "servers", Id, "installs");

    [Fact]
    public async Task Command_with_a_known_id_is_not_carried_out_again()
    {
        await AddAsync();
        await StartAsync();
        var first = await RunAsync(CommandType.Stdin, "hello", "once");
        var second = await RunAsync(CommandType.Stdin, "hello", "once");
        await RestartWorkerAsync();
        var third = await RunAsync(CommandType.Stdin, "hello", "once");
        Assert.Equal([first, first], [second, third]);
        Assert.Equal(["hello"], Runner.Last.Heard);
    }

    [Fact]
    public async Task Command_after_its_deadline_expires()
    {
        await AddAsync();
        var outcome = await Core.RunAsync(
            new WorkerCommand { Id = "late", ServerId = Id, Type = CommandType.Start, Deadline = Clock.GetUtcNow() },
            TestContext.Current.CancellationToken);
        Assert.Equal(CommandStatus.Expired, outcome.Status);
        Assert.Equal(0, Runner.Starts);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("two\rlines")]
    public async Task Stdin_takes_one_line(string text)
    {
        await AddAsync();
        await StartAsync();
        Assert.Equal(CommandStatus.Failed, (await RunAsync(CommandType.Stdin, text)).Status);
        Assert.Empty(Runner.Last.Heard);
    }

    [Fact]
    public async Task Command_to_a_server_that_is_not_here_fails()
    {
        var outcome = await RunAsync(CommandType.Start);
        Assert.Equal((CommandStatus.Failed, "This worker has no server s1."), (outcome.Status, outcome.Error));
    }

    [Fact]
    public async Task New_server_is_installed_and_stays_stopped()
    {
        await AddAsync();
        Assert.Equal((1, 0), (Installer.Installs, Runner.Starts));
        var install = Assert.Single(Directory.GetDirectories(Installs));
        Assert.False(install.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Progress_is_told_while_it_installs()
    {
        var gate = new TaskCompletionSource();
        Installer.Gate = gate.Task;
        await Core.ChangeDesiredAsync(Desired());
        await Eventually.TrueAsync(() => Server.Progress == new ServerProgress(50, 1, 2), "progress is told");
        gate.SetResult();
        await StateAsync(ServerState.Stopped);
        Assert.Null(Server.Progress);
    }

    [Fact]
    public async Task Half_an_install_is_no_install()
    {
        Installer.Gate = new TaskCompletionSource().Task;
        await Core.ChangeDesiredAsync(Desired());
        await Eventually.TrueAsync(() => Installer.Installs == 1 && Directory.Exists(Installs), "the install has begun");
        await RestartWorkerAsync();
        Installer.Gate = Task.CompletedTask;
        await Eventually.TrueAsync(() => Installer.Installs == 2, "it begins again");
        Assert.Equal(0, Runner.Starts);
    }

    [Fact]
    public async Task Install_is_on_the_disk_before_it_has_its_name_and_its_name_before_it_counts()
    {
        var seen = new List<(string What, string Folder, bool HasName, ServerState State)>();
        Disk.Flushed = (what, folder) => seen.Add(
            (what, folder, !Assert.Single(Directory.GetDirectories(Installs)).EndsWith(".new", StringComparison.Ordinal), Server.State));
        await AddAsync(Configuration() with { Data = ["save"] });
        var server = Path.Combine(DataFolder, "servers", Id);
        var install = Assert.Single(Directory.GetDirectories(Installs));
        Assert.Equal(
            [
                ("tree", $"{install}.new", false, ServerState.Installing),
                ("tree", Path.Combine(server, "data"), false, ServerState.Installing),
                ("names", Installs, true, ServerState.Installing),
                ("names", server, true, ServerState.Installing),
                ("names", Path.GetDirectoryName(server)!, true, ServerState.Installing),
            ],
            seen);
    }

    [Theory]
    [InlineData("tree")]
    [InlineData("names")]
    public async Task Install_that_cannot_be_brought_to_the_disk_is_none(string what)
    {
        Disk.Flushed = (which, _) =>
        {
            if (which == what)
            {
                throw new IOException("The disk is broken.");
            }
        };
        await Core.ChangeDesiredAsync(Desired(DesiredState.Running));
        await StateAsync(ServerState.Crashed);
        Assert.Contains("The disk is broken.", Server.Reason, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Installs));
        Disk.Flushed = (_, _) => { };
        await PassAsync(TimeSpan.FromSeconds(1), () => Server.State == ServerState.Ready, "the next try is one");
    }

    [Fact]
    public async Task Failed_install_leaves_nothing_and_says_why()
    {
        Installer.Problem = new InstallException("gone", "The folder is gone.", isRetryable: false);
        await Core.ChangeDesiredAsync(Desired(DesiredState.Running));
        await StateAsync(ServerState.Failed);
        Assert.Equal("The folder is gone.", Server.Reason);
        Assert.Empty(Directory.GetDirectories(Installs));
        Assert.Equal((CommandStatus.Failed, 2), ((await RunAsync(CommandType.Start)).Status, Installer.Installs));
    }

    [Fact]
    public async Task Kill_ends_an_install()
    {
        Installer.Gate = new TaskCompletionSource().Task;
        await Core.ChangeDesiredAsync(Desired());
        await StateAsync(ServerState.Installing);
        Assert.Equal(CommandStatus.Done, (await RunAsync(CommandType.Kill)).Status);
        await StateAsync(ServerState.Failed);
        Assert.Equal("The install was cancelled.", Server.Reason);
    }

    [Fact]
    public async Task Other_game_is_installed_beside_and_taken_at_the_next_start()
    {
        await AddAsync();
        await StartAsync();
        var first = Runner.Last.Request.InstallFolder;
        await Core.ChangeDesiredAsync(Desired(DesiredState.Running, version: 2) with { GameId = GameId.Parse("folder:/game2") });
        await Eventually.TrueAsync(() => Installer.Installs == 2 && Directory.GetDirectories(Installs).Length == 2, "it is installed");
        Assert.Equal((ServerState.Ready, 1L), (Server.State, Server.ConfigurationVersion));
        await RunAsync(CommandType.Restart);
        Assert.NotEqual(first, Runner.Last.Request.InstallFolder);
        Assert.False(Directory.Exists(first));
        Assert.Equal(2, Server.ConfigurationVersion);
    }

    [Fact]
    public async Task Frozen_worker_keeps_its_servers_and_takes_no_new_one()
    {
        await AddAsync();
        Core.Freeze();
        await RestartWorkerAsync();
        Assert.True(Core.IsFrozen);
        await StartAsync();
        await Core.ChangeDesiredAsync(Desired(DesiredState.Running) with { Id = "s2" });
        await Eventually.TrueAsync(() => Core.Observed[1].Reason?.Contains("frozen", StringComparison.Ordinal) == true, "the reason is told");
        Assert.Equal(1, Installer.Installs);
        Core.Thaw();
        await Eventually.TrueAsync(() => Core.Observed[1].State == ServerState.Ready, "it runs");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task Id_that_is_no_name_is_refused(string id) =>
        await Assert.ThrowsAsync<ServerException>(() => Core.ChangeDesiredAsync(Desired() with { Id = id }));

    [Fact]
    public async Task Folder_has_one_worker() =>
        await Assert.ThrowsAsync<WorkerException>(OpenAsync);

    [Fact]
    public async Task Ports_are_kept_and_told_to_the_server()
    {
        var configuration = Configuration() with
        {
            Ports = new Dictionary<string, int> { ["game"] = 0, ["query"] = 0 },
            Arguments = ["-port={port}", "-query={port:query}"],
        };
        await AddAsync(configuration);
        await StartAsync();
        var (game, query) = (Server.Ports["game"], Server.Ports["query"]);
        Assert.NotEqual(game, query);
        Assert.Equal([$"-port={game}", $"-query={query}"], Runner.Last.Request.Configuration.Arguments);
        Assert.Equal($"{query}", Runner.Last.Request.Configuration.Environment["FLEETBRIDGE_PORT_QUERY"]);
        await RunAsync(CommandType.Restart);
        Assert.Equal((game, query), (Server.Ports["game"], Server.Ports["query"]));
    }

    [Theory]
    [InlineData(SocketType.Stream, ProtocolType.Tcp, "over TCP")]
    [InlineData(SocketType.Dgram, ProtocolType.Udp, "over UDP")]
    public async Task Port_of_a_stranger_is_named(SocketType type, ProtocolType protocol, string words)
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, type, protocol);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (type == SocketType.Stream)
        {
            stranger.Listen();
        }

        var port = ((IPEndPoint)stranger.LocalEndPoint!).Port;
        await AddAsync(Configuration() with { Ports = new Dictionary<string, int> { ["game"] = port } });
        var outcome = await RunAsync(CommandType.Start);
        Assert.Equal(CommandStatus.Failed, outcome.Status);
        Assert.Contains($"Port {port} (game)", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains($"(process {Environment.ProcessId})", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sdk_says_when_a_server_with_heartbeats_is_ready_and_a_silent_one_is_ended()
    {
        await AddAsync(Configuration() with { Health = new HealthSettings { Type = HealthType.Heartbeat } });
        await StartAsync();
        Assert.Equal(ServerState.Starting, Server.State);
        Core.TellSdkHealth("other", isHealthy: true);
        Assert.Equal(ServerState.Starting, Server.State);
        Core.TellSdkHealth(Server.ProcessId!, isHealthy: true);
        await StateAsync(ServerState.Ready);
        Core.TellSdkHealth(Server.ProcessId!, isHealthy: false);
        await StateAsync(ServerState.Crashed);
        Assert.Contains("health reports", Server.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_is_never_ready_is_ended()
    {
        await AddAsync(Configuration() with { Health = new HealthSettings { Type = HealthType.Heartbeat } });
        await StartAsync();
        await PassAsync(TimeSpan.FromSeconds(20), () => Server.State == ServerState.Crashed, "it is ended");
        Assert.Contains("not ready 5 minutes", Server.Reason, StringComparison.Ordinal);
    }
}
