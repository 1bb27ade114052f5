using System.Text.Json;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Store;
using FleetBridge.Fleet.Workers;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.Store;

/// <summary>What a store has to do, whatever engine keeps it.</summary>
public abstract class FleetStoreTests
{
    private static readonly GameId Game = GameId.Parse("folder:/srv/game");

    private protected ListedLog Log { get; } = new();

    /// <summary>Opens the test's own store, which is new at first.</summary>
    private protected abstract IFleetStore Open();

    /// <summary>Changes the store behind the program's back.</summary>
    private protected abstract Task ExecuteAsync(string sql);

    [Fact]
    public async Task Every_kind_of_record_comes_back_as_it_was()
    {
        string[] before;
        await using (var fleet = await OpenAsync())
        {
            await FillAsync(fleet);
            before = Describe(fleet);
        }

        await using var again = await OpenAsync();

        Assert.Equal(before, Describe(again));
        string[] kinds = ["workers", "placed_servers", "server_observations", "server_commands", "join_tokens", "game_sessions", "auth_tokens"];
        Assert.All(kinds, kind => Assert.Contains(before, record => record.StartsWith($"{kind} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_removed_stays_away_and_what_was_changed_is_there_once()
    {
        await using (var fleet = await OpenAsync())
        {
            await FillAsync(fleet);
            await fleet.ChangeAsync(model =>
            {
                var server = model.PlacedServers.All.Single();
                model.PlacedServers.Set(server with { DesiredState = DesiredState.Running });
                model.PlacedServers.Set(server with { ConfigurationVersion = 7 });
                model.JoinTokens.Remove(model.JoinTokens.All.Single().Hash);
            });
        }

        await using var again = await OpenAsync();

        Assert.Equal(7, again.Read(model => Assert.Single(model.PlacedServers.All)).ConfigurationVersion);
        Assert.Equal(0, again.Read(model => model.JoinTokens.Count));
    }

    [Fact]
    public async Task Ten_thousand_heartbeats_write_nothing()
    {
        CountedStore? store = null;
        await using var fleet = await FleetControl.OpenAsync(
            new FleetControlOptions(), () => store = new CountedStore(Open()), Log, TimeProvider.System, TestContext.Current.CancellationToken);
        await FillAsync(fleet);
        Assert.NotEqual(0, store!.Writes);
        var written = store.Writes;

        for (var i = 0; i < 10_000; i++)
        {
            await fleet.ChangeAsync(model => model.Heartbeat("p", healthy: true));
        }

        Assert.Equal(written, store.Writes);
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_refused_and_left_alone()
    {
        await using (await OpenAsync())
        {
        }

        await ExecuteAsync("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 0, 'FleetBridge 99.0')");

        var refusal = Assert.Throws<FleetStoreException>(Open);

        Assert.Contains("version 99", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("FleetBridge 99.0", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_of_the_first_version_gets_the_tables_that_came_later_and_keeps_its_records()
    {
        string[] before;
        await using (var fleet = await OpenAsync())
        {
            before = Describe(fleet);
        }

        foreach (var table in (string[])["workers", "placed_servers", "server_observations", "server_commands", "join_tokens", "store_owner"])
        {
            await ExecuteAsync($"DROP TABLE {table}");
        }

        await ExecuteAsync("DELETE FROM schema_migrations WHERE number > 1");

        await using var again = await OpenAsync();

        Assert.Equal(before, Describe(again));
        await FillAsync(again);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        await ExecuteAsync("CREATE TABLE somebody_elses (id INTEGER)");

        Assert.Contains("another program", Assert.Throws<FleetStoreException>(Open).Message, StringComparison.Ordinal);
    }

    private protected Task<FleetControl> OpenAsync() => FleetControl.OpenAsync(
        new FleetControlOptions(), Open, Log, TimeProvider.System, TestContext.Current.CancellationToken);

    private protected static async Task FillAsync(FleetControl fleet)
    {
        await fleet.ChangeAsync(model =>
        {
            WorkerRules.Greet(
                model, new WorkerHello { WorkerId = "w-1", Name = "Zoë's \"one\"", Version = "1", BootId = "b", CanInstall = ["folder"] }, "127.0.0.1");
            var server = ServerRules.Create(model, _ => WorkerState.Alive, Game, null, new ServerConfiguration
            {
                Executable = "run",
                Arguments = ["\u0001", "ü", "'; DROP TABLE workers; --"],
                Environment = new Dictionary<string, string> { ["A"] = "b" },
            });
            WorkerRules.Observe(model, "w-1", new ObservedServer { Id = server.ServerId, State = ServerState.Crashed, Reason = "line\nline" });
            ServerRules.Command(model, server.ServerId, CommandType.Stdin, "hello", null);
            model.JoinTokens.Set(new JoinToken("hash", model.Now.AddHours(1), model.TakeNumber()));
        });
        var link = await fleet.ConnectAsync(
            new ServerIdentity { ProcessId = "p", FleetId = FleetModel.DefaultFleetId, ComputeName = "w-1" }, _ => { });
        await fleet.ChangeAsync(model =>
        {
            model.ActivateServerProcess(new ServerActivation { ProcessId = "p", ConnectionNumber = link.Connection.Number, Port = 7777 });
            model.Heartbeat("p", true);
            model.CreateGameSession(new NewGameSession { FleetId = FleetModel.DefaultFleetId, MaximumPlayerSessionCount = 2, Name = "n" });
        });
    }

    private static string[] Describe(FleetControl fleet) =>
    [
        .. fleet.Read(model => model.Records().ToList()).Select(
            record => $"{record.Table} {JsonSerializer.Serialize(record.Record, record.Record.GetType(), FleetJson.Default)}"),
    ];

    /// <summary>Counts the records that are written.</summary>
    private sealed class CountedStore(IFleetStore inner) : IFleetStore
    {
        public int Writes { get; private set; }

        public void LoadInto(FleetModel model) => inner.LoadInto(model);

        public void Write(ReadOnlySpan<RecordChange> changes)
        {
            foreach (var change in changes)
            {
                Writes += change.IsStored ? 1 : 0;
            }

            inner.Write(changes);
        }

        public void Maintain() => inner.Maintain();

        public void Dispose() => inner.Dispose();
    }
}
