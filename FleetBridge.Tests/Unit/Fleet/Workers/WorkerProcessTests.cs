using System.Text.Json;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Workers;

/// <summary>A server process of the fleet that a worker runs: what each side says of it counts for the other.</summary>
public sealed class WorkerProcessTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLinks _links = new();
    private FleetControl _control = null!;
    private WorkerFleet _fleet = null!;

    public async ValueTask InitializeAsync()
    {
        _control = await FleetControl.OpenAsync(
            new FleetControlOptions(), () => null, NullLogger.Instance, _time, TestContext.Current.CancellationToken);
        _fleet = new WorkerFleet(_control, _links, 9443, NullLogger.Instance, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.DisposeAsync();
        await _control.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_hears_of_a_process_s_game_session_and_that_the_fleet_kills_it()
    {
        var server = await PlaceAsync();
        Observe(new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7, ProcessId = "process-1" });
        await Eventually.TrueAsync(() => _fleet.GetServer(server.Id).Pid == 7, "it is observed");
        var link = await _control.ConnectAsync(
            new ServerIdentity { ProcessId = "process-1", FleetId = FleetModel.DefaultFleetId, ComputeName = "a" }, _ => { });
        await _control.ChangeAsync(model => model.ActivateServerProcess(
            new ServerActivation { ProcessId = "process-1", ConnectionNumber = link.Connection.Number, Port = 7777 }));
        await _control.ChangeAsync(model => model.Heartbeat("process-1", healthy: true));
        Observe(new ObservedServer { Id = server.Id, State = ServerState.Ready, Pid = 7, ProcessId = "process-1", Restarts = 1 });
        await Eventually.TrueAsync(() => _control.Read(model => model.FindProcess("process-1")) is { StartedByUs: true }, "its worker has started it");

        var session = await _control.ChangeAsync(model => model.CreateGameSession(
            new NewGameSession { FleetId = FleetModel.DefaultFleetId, MaximumPlayerSessionCount = 2 }));
        await _links.WaitAsync("a", LinkMessageType.SdkHealth, ServerJson.Default.SdkHealth, one => one is { HadSession: true, Kill: null });
        await _control.ChangeAsync(model => model.ActivateGameSession("process-1", session.GameSessionId));
        await _control.ChangeAsync(model => model.TerminateGameSession(session.GameSessionId, TerminationMode.FORCE_TERMINATE));
        var killed = await _links.WaitAsync("a", LinkMessageType.SdkHealth, ServerJson.Default.SdkHealth, one => one.Kill is not null);
        Assert.Contains("FORCE_TERMINATE", killed.Kill, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_whose_beginning_was_never_reported_ends_the_process()
    {
        var server = await PlaceAsync();
        await _control.ConnectAsync(
            new ServerIdentity { ProcessId = "process-1", FleetId = FleetModel.DefaultFleetId, ComputeName = "a" }, _ => { });
        Observe(new ObservedServer
        {
            Id = server.Id,
            State = ServerState.Crashed,
            ExitCode = 3,
            LastRun = new EndedRun("process-1", _time.GetUtcNow(), _time.GetUtcNow(), WasAsked: false),
        });
        await Eventually.TrueAsync(() => _control.Read(model => model.FindProcess("process-1")) is { State: ServerProcessState.Ended }, "it has ended");
    }

    [Fact]
    public async Task Ends_that_a_worker_reports_are_shown_with_the_server_and_not_in_lists()
    {
        var server = await PlaceAsync();
        Assert.Empty(_fleet.GetServer(server.Id).RecentEnds!);
        var first = new ServerEnd { StartedAt = _time.GetUtcNow(), EndedAt = _time.GetUtcNow(), ExitCode = 3, Reason = "It exited with code 3." };
        var second = first with { ExitCode = null, Signal = "SIGKILL", WasAsked = true };
        var stopped = new ObservedServer { Id = server.Id, State = ServerState.Stopped };
        foreach (var ends in new[] { new[] { first }, [second, first] })
        {
            Observe(stopped with { Ends = ends });
            await Eventually.TrueAsync(() => _fleet.GetServer(server.Id).RecentEnds!.SequenceEqual(ends), "they are shown");
        }

        Assert.All(_fleet.ListServers(null, null, PageRequest.Read(null, null)).Items, one => Assert.Null(one.RecentEnds));
    }

    [Fact]
    public void Observation_of_an_older_store_or_worker_has_no_ends() =>
        Assert.Empty(JsonSerializer.Deserialize("""{"id":"s","state":"stopped"}""", ServerJson.Default.ObservedServer)!.Ends);

    /// <summary>A server on the worker a, which has said hello.</summary>
    private async Task<ServerObject> PlaceAsync()
    {
        _links.Greet("a", isFrozen: false, []);
        await Eventually.TrueAsync(
            () => _links.Sent("a", LinkMessageType.Desired, ServerJson.Default.DesiredServers).Count > 0, "the worker gets what should be");
        return await _fleet.CreateServerAsync(GameId.Parse("folder:/srv/game"), "a", new ServerConfiguration { Executable = "run" });
    }

    private void Observe(ObservedServer observed) => _links.Say("a", LinkMessageType.Observed, observed, ServerJson.Default.ObservedServer);
}
