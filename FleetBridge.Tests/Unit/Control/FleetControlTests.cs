using System.Collections.Concurrent;
using System.Text.Json;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Control;

/// <summary>The one writer: order, pushes, waits, timers, restarts, and a store that fails.</summary>
public sealed class FleetControlTests : FleetControlTest
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Restarted_host_has_everything_and_a_retry_gets_the_same_session()
    {
        await ReadyAsync("p1");
        await ReadyAsync("p2");
        var session = await CreateAsync("token-1");
        var active = await Fleet.ChangeAsync(model => model.ActivateGameSession(session.ProcessId, session.GameSessionId));
        var player = await Fleet.ChangeAsync(model => model.CreatePlayerSession(session.GameSessionId, "ann", "blue"));
        var token = await Fleet.ChangeAsync(model => model.IssueAuthToken(FleetModel.DefaultFleetId, "local"));
        var before = Fleet.Read(model => model.Records().Select(one => Written(one.Record)).ToList());
        await CloseAsync();
        await OpenAsync();
        Assert.Equal(before, Fleet.Read(model => model.Records().Select(one => Written(one.Record)).ToList()));
        Assert.Equal(session.GameSessionId, (await CreateAsync("token-1")).GameSessionId);
        Assert.Equal(GameSessionStatus.ACTIVE, (await CreateAsync("token-1")).Status);
        Assert.True(Fleet.Read(model => model.IsIssued(token.Token, FleetModel.DefaultFleetId, "local")));
        Assert.Equal(FleetErrors.FleetCapacityExceeded, await CodeOfAsync(() => CreateAsync()));

        // an idle server that reconnects gets a session at once, though its next heartbeat is a minute away
        await using var link = await ConnectAsync("p2");
        Assert.Equal("p2", (await CreateAsync()).ProcessId);
        await Fleet.ChangeAsync(model => model.AcceptPlayerSession(active.ProcessId, session.GameSessionId, player.PlayerSessionId));
    }

    [Fact]
    public async Task Reservation_goes_on_over_a_restart_and_ends_after_what_is_left()
    {
        await ReadyAsync("p1");
        var session = await CreateAsync();
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        var player = await Fleet.ChangeAsync(model => model.CreatePlayerSession(session.GameSessionId, "ann", null));
        Time.Advance(TimeSpan.FromSeconds(40));
        await CloseAsync();
        await OpenAsync();
        Time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(PlayerSessionStatus.RESERVED, Fleet.Read(model => model.GetPlayerSession(player.PlayerSessionId)).Status);
        await Eventually.TrueAsync(
            () =>
            {
                // a tick does nothing while the one before is being stored, so time has to go on until one does
                Time.Advance(TimeSpan.FromSeconds(2));
                return Fleet.Read(model => model.GetPlayerSession(player.PlayerSessionId)).Status == PlayerSessionStatus.TIMEDOUT;
            },
            "the reservation has timed out");
        Assert.Equal(0, Fleet.Read(model => model.GetGameSession(session.GameSessionId)).CurrentPlayerSessionCount);
    }

    [Fact]
    public async Task Session_that_was_activating_is_pushed_again_when_its_server_comes_back()
    {
        await ReadyAsync("p1");
        var session = await CreateAsync();
        await CloseAsync();
        await OpenAsync();
        var pushes = new ConcurrentQueue<Push>();
        await using var link = await ConnectAsync("p1", pushes.Enqueue);
        Assert.Equal(session.GameSessionId, Assert.IsType<CreateGameSessionPush>(Assert.Single(pushes)).GameSession.GameSessionId);
        Assert.True(link.Connection.IsReconnect);
    }

    [Fact]
    public async Task Push_comes_to_its_process_only_and_before_the_answer()
    {
        var (first, second) = (new ConcurrentQueue<Push>(), new ConcurrentQueue<Push>());
        await ReadyAsync("p1", first.Enqueue);
        await ReadyAsync("p2", second.Enqueue);
        var session = await CreateAsync();
        Assert.Equal("p1", session.ProcessId);
        Assert.Equal(session, Assert.IsType<CreateGameSessionPush>(Assert.Single(first)).GameSession);
        Assert.Empty(second);
    }

    [Fact]
    public async Task Newer_connection_closes_the_older_and_gets_the_pushes()
    {
        var (older, newer) = (new ConcurrentQueue<Push>(), new ConcurrentQueue<Push>());
        var link = await ReadyAsync("p1", older.Enqueue);
        await ConnectAsync("p1", newer.Enqueue);
        Assert.Equal(1000, Assert.IsType<CloseConnectionPush>(Assert.Single(older)).Code);
        await link.DisposeAsync();
        await CreateAsync();
        Assert.IsType<CreateGameSessionPush>(Assert.Single(newer));
    }

    [Fact]
    public async Task Push_that_fails_harms_nobody_else()
    {
        await ReadyAsync("p1", _ => throw new InvalidOperationException("broken"));
        Assert.Equal("p1", (await CreateAsync()).ProcessId);
        Assert.Contains("this is a bug", Assert.Single(Logged(LogLevel.Error)));
    }

    [Fact]
    public async Task Launcher_is_told_whom_to_kill()
    {
        var kills = new ConcurrentQueue<KillProcessPush>();
        using var launcher = Fleet.AttachLauncher(kills.Enqueue);
        await Fleet.ChangeAsync(model => model.ProcessStarted("p1", FleetModel.DefaultFleetId, "local"));
        await ReadyAsync("p1");
        var session = await CreateAsync();
        await Fleet.ChangeAsync(model => model.TerminateGameSession(session.GameSessionId, TerminationMode.FORCE_TERMINATE));
        Assert.Equal("p1", Assert.Single(kills).ProcessId);
    }

    [Fact]
    public async Task Wait_ends_when_the_session_is_as_wished()
    {
        await ReadyAsync("p1");
        var session = await CreateAsync();
        var wait = Fleet.WaitForAsync(session.GameSessionId, one => one.Status != GameSessionStatus.ACTIVATING, None);
        Assert.False(wait.IsCompleted);
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        Assert.Equal(GameSessionStatus.ACTIVE, (await wait).Status);
        Assert.Equal(GameSessionStatus.ACTIVE,
            (await Fleet.WaitForAsync(session.GameSessionId, one => one.Status == GameSessionStatus.ACTIVE, None)).Status);
        Assert.Equal(FleetErrors.NotFound, await CodeOfAsync(() => Fleet.WaitForAsync("arn:unknown", _ => true, None)));
    }

    [Fact]
    public async Task Wait_can_be_given_up()
    {
        await ReadyAsync("p1");
        var session = await CreateAsync();
        using var giveUp = new CancellationTokenSource();
        var wait = Fleet.WaitForAsync(session.GameSessionId, one => one.Status == GameSessionStatus.ACTIVE, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
    }

    [Fact]
    public async Task Watcher_sees_every_change_in_order()
    {
        using var stop = new CancellationTokenSource();
        var changes = Fleet.Changes(stop.Token);
        await ReadyAsync("p1");
        var session = await CreateAsync();
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        var statuses = new List<string>();
        await foreach (var change in changes)
        {
            if (change.After is GameSession seen)
            {
                statuses.Add($"{change.Before is null} {seen.Status}");
                if (seen.Status == GameSessionStatus.ACTIVE)
                {
                    break;
                }
            }
        }

        Assert.Equal(["True ACTIVATING", "False ACTIVE"], statuses);
    }

    [Fact]
    public async Task Changes_of_many_callers_are_all_made()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(
            i => Task.Run(() => Fleet.ChangeAsync(model => model.CreateLocation($"custom-{i:000}")))));
        Assert.Equal(501, Fleet.Read(model => model.Locations.Count()));
        await CloseAsync();
        await OpenAsync();
        Assert.Equal(501, Fleet.Read(model => model.Locations.Count()));
    }

    [Fact]
    public async Task Refused_change_changes_nothing_and_a_bug_comes_through()
    {
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Fleet.ChangeAsync(model =>
        {
            model.CreateLocation("custom-half-made");
            throw new InvalidTimeZoneException();
        }));
        Assert.Null(Fleet.Read(model => model.FindLocation("custom-half-made")));
    }

    [Fact]
    public async Task Server_that_is_silent_for_three_heartbeats_is_lost()
    {
        var link = await ReadyAsync("p1");
        var session = await CreateAsync();
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        await link.DisposeAsync();
        var ended = Fleet.WaitForAsync(
            session.GameSessionId, one => one.Status == GameSessionStatus.TERMINATED, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromSeconds(210));
                return ended.IsCompleted;
            },
            "the game session has ended");
        await ended;
        await Eventually.TrueAsync(() => Logged(LogLevel.Warning).Count > 0, "it is logged, after the waiting ones were told");
        Assert.Contains("p1 was not heard of", Assert.Single(Logged(LogLevel.Warning)));
    }

    [Theory]
    [InlineData("PRAGMA query_only=1", "PRAGMA query_only=0", "read-only")]
    [InlineData("PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000", "full")]
    public async Task Store_that_cannot_be_written_refuses_changes_and_lets_servers_live(string breaks, string mends, string reason)
    {
        await ReadyAsync("p1");
        await ReadyAsync("p2");
        var session = await CreateAsync();
        var blob = new string('x', 200_000);
        Store.Execute(breaks);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(FleetErrors.InternalService, await CodeOfAsync(() => Fleet.ChangeAsync(model =>
                model.CreateAlias(new NewAlias
                {
                    Name = "a",
                    Description = blob,
                    RoutingStrategy = new(RoutingStrategyType.TERMINAL, null, "m")
                }))));
        }

        Assert.Empty(Fleet.Read(model => model.Aliases.ToList()));
        Assert.Contains(reason, Assert.Single(Logged(LogLevel.Error)));
        await Fleet.ChangeAsync(model => model.Heartbeat("p1", healthy: true));
        Assert.Equal(session, Fleet.Read(model => model.GetGameSession(session.GameSessionId)));

        Store.Execute(mends);
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        Assert.Equal("p2", (await CreateAsync()).ProcessId);
        Assert.Contains("can be written again", Assert.Single(Logged(LogLevel.Information)));
    }

    [Fact]
    public async Task Closed_fleet_refuses_changes()
    {
        var fleet = Fleet;
        await CloseAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fleet.ChangeAsync(model => model.EnsureDefaults()));
    }

    private static string Written(IRecord record) => JsonSerializer.Serialize(record, record.GetType(), FleetJson.Default);
}
