using System.Collections.Concurrent;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;
using FleetBridge.Tests.Unit.Control;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Store;

/// <summary>Files that are not what they should be, and hosts that are killed.</summary>
public sealed class StoreTests : FleetControlTest
{
    private async Task FillAsync(int fleets = 200)
    {
        for (var i = 0; i < fleets; i++)
        {
            await Fleet.ChangeAsync(model => model.CreateFleet(new NewFleet
            {
                Name = $"fleet {i}",
                Description = new string('d', 500),
                AnywhereCost = "1",
                Locations = ["custom-local"],
            }));
        }
    }

    private string[] Aside => Directory.GetFiles(Path.GetDirectoryName(StorePath)!, "fleet.db.damaged-*");

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.01)]
    public async Task File_that_was_cut_is_kept_aside_and_said(double part)
    {
        await FillAsync();
        await CloseAsync();
        using (var file = File.OpenWrite(StorePath))
        {
            file.SetLength((long)(file.Length * part));
        }

        var length = new FileInfo(StorePath).Length;
        await OpenAsync();
        Assert.Equal(length, new FileInfo(Assert.Single(Aside)).Length);
        var said = Assert.Single(Logged(LogLevel.Error));
        Assert.Contains(StorePath, said);
        Assert.Contains(Aside[0], said);
        Assert.Single(Fleet.Read(model => model.Fleets.ToList()));
    }

    [Theory]
    [InlineData("this is no database, but it is long enough to be looked at as one, which needs at least a hundred bytes of anything")]
    [InlineData("short")]
    public async Task File_that_is_no_database_is_kept_aside(string text)
    {
        await CloseAsync();
        await File.WriteAllTextAsync(StorePath, text, TestContext.Current.CancellationToken);
        await OpenAsync();
        Assert.Equal(text, await File.ReadAllTextAsync(Assert.Single(Aside), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Document_that_cannot_be_read_is_damage()
    {
        await FillAsync(3);
        Store.Execute("UPDATE fleets SET document = '{\"FleetId\":' WHERE number > 0");
        await CloseAsync();
        await OpenAsync();
        Assert.Single(Aside);
    }

    [Fact]
    public async Task Page_that_was_overwritten_is_damage()
    {
        await FillAsync();
        await CloseAsync();
        using (var file = File.OpenWrite(StorePath))
        {
            file.Position = file.Length / 4096 / 2 * 4096;
            file.Write(new byte[4096]);
        }

        await OpenAsync();
        Assert.Single(Aside);
    }

    [Fact]
    public async Task Empty_file_is_a_new_store()
    {
        await CloseAsync();
        await File.WriteAllBytesAsync(StorePath, [], TestContext.Current.CancellationToken);
        await OpenAsync();
        Assert.Empty(Aside);
        Assert.Single(Fleet.Read(model => model.Fleets.ToList()));
    }

    [Fact]
    public async Task Store_of_a_newer_version_is_refused_by_name_and_left_alone()
    {
        Store.Execute("INSERT INTO schema_migrations VALUES (42, '0042_future', '', 0, 'FleetBridge 9.9.9')");
        await CloseAsync();
        var bytes = await File.ReadAllBytesAsync(StorePath, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<FleetStoreException>(OpenAsync);
        Assert.Contains("version 42", refused.Message);
        Assert.Contains("FleetBridge 9.9.9", refused.Message);
        Assert.Contains(StorePath, refused.Message);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(StorePath, TestContext.Current.CancellationToken));
        Assert.Empty(Aside);
    }

    [Fact]
    public async Task Database_of_another_program_is_refused()
    {
        await CloseAsync();
        File.Delete(StorePath);
        using (var other = new SqliteConnection($"Data Source={StorePath};Pooling=False"))
        {
            other.Open();
            using var create = other.CreateCommand();
            create.CommandText = "CREATE TABLE recipes (id INTEGER)";
            create.ExecuteNonQuery();
        }

        Assert.Contains("another program", (await Assert.ThrowsAsync<FleetStoreException>(OpenAsync)).Message);
    }

    [Fact]
    public async Task Second_host_on_a_store_is_refused_and_the_first_goes_on()
    {
        var refused = Assert.Throws<FleetStoreException>(() => SqliteFleetStore.Open(StorePath, Logger, Time));
        Assert.Contains("another host", refused.Message);
        await FillAsync(1);
    }

    [Fact]
    public async Task Folder_is_made_where_it_is_missing_and_a_file_in_its_place_is_named()
    {
        await CloseAsync();
        File.Delete(StorePath);
        Directory.CreateDirectory(StorePath);
        Assert.Contains(StorePath, (await Assert.ThrowsAsync<FleetStoreException>(OpenAsync)).Message);
        using var store = SqliteFleetStore.Open(Path.Combine(StorePath, "deep", "er", "fleet.db"), Logger, Time);
    }

    [Fact]
    public void Scripts_are_numbered_without_gaps_and_make_a_table_for_each_kind()
    {
        Assert.Equal(Enumerable.Range(1, StoreMigrations.Scripts.Count), StoreMigrations.Scripts.Select(script => script.Number));
        Assert.All(FleetModel.Kinds, kind =>
            Assert.Contains(StoreMigrations.Scripts, script =>
                script.Sql.Contains($"CREATE TABLE {kind.Table} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Process_of_a_new_life_is_stored_once()
    {
        await ReadyAsync("p1");
        await Fleet.ChangeAsync(model => model.TerminateServerProcess("p1"));
        await ReadyAsync("p1");
        await CloseAsync();
        await OpenAsync();
        Assert.Equal(ServerProcessState.Ready, Assert.Single(Fleet.Read(model => model.Processes.ToList())).State);
    }

    /// <summary>
    /// The files are copied at seeded random moments of a busy time, which is what a killed host leaves: here the log only grows, at its
    /// end.
    /// Whatever was answered before the copy began is in it, and what is in it fits together.
    /// </summary>
    [Fact]
    public async Task Host_that_is_killed_at_any_moment_has_all_that_was_answered()
    {
        var random = new Random(20_260_101);
        await FillAsync(2);
        Store.PagesInLog = long.MaxValue;
        var answered = new ConcurrentDictionary<string, int>();
        using var permits = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(i => Task.Run(() => LiveAsync($"p{i}", answered, permits, stop.Token))).ToList();
        for (var i = 0; i < 40; i++)
        {
            var (permitted, awaited) = (random.Next(4, 12), answered.Count + random.Next(1, 4));
            permits.Release(permitted);
            await Eventually.TrueAsync(() => answered.Count >= awaited, "clients go on");
            CheckCopy(i, answered.ToDictionary(), random);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    /// <summary>One session after the other, each on a process of its own, so that no client ends another's.</summary>
    private async Task LiveAsync(string name, ConcurrentDictionary<string, int> answered, SemaphoreSlim permits, CancellationToken stop)
    {
        try
        {
            for (var round = 0; ; round++)
            {
                await permits.WaitAsync(stop);
                await ReadyAsync($"{name}-{round}");
                var session = await CreateAsync($"{name}-{round}");
                answered[session.GameSessionId] = 0;
                await Fleet.ChangeAsync(model => model.ActivateGameSession(session.ProcessId, session.GameSessionId), CancellationToken.None);
                answered[session.GameSessionId] = 1;
                await Fleet.ChangeAsync(model => model.CreatePlayerSession(session.GameSessionId, "ann", null), CancellationToken.None);
                answered[session.GameSessionId] = 2;
                await Fleet.ChangeAsync(model => model.TerminateServerProcess(session.ProcessId), CancellationToken.None);
                answered[session.GameSessionId] = 3;
            }
        }
        catch (OperationCanceledException)
        {
            // the test has seen enough
        }
    }

    private void CheckCopy(int i, Dictionary<string, int> known, Random random)
    {
        var folder = Path.Combine(Path.GetDirectoryName(StorePath)!, $"copy-{i}");
        var (copy, torn) = (Path.Combine(folder, "fleet.db"), Path.Combine(folder, "torn.db"));
        Directory.CreateDirectory(folder);
        foreach (var suffix in new[] { "", "-wal" })
        {
            File.Copy(StorePath + suffix, copy + suffix);
            File.Copy(copy + suffix, torn + suffix);
        }

        using (var log = File.OpenWrite($"{torn}-wal"))
        {
            // the log of the first commits, which made the tables, stays
            log.SetLength(log.Length - (log.Length / 2 * random.Next(100) / 100));
        }

        var model = Load(copy);
        CheckConsistent(model);
        CheckConsistent(Load(torn));
        Assert.Equal([], Logged(LogLevel.Error));
        Assert.Equal([], known.Keys.Where(id => model.FindGameSession(id) is null));
        foreach (var (id, reached) in known)
        {
            var session = model.GetGameSession(id);
            Assert.True(reached < 1 || session.Status != GameSessionStatus.ACTIVATING);
            Assert.True(reached < 2 || model.PlayerSessionsOf(id).Count() == 1);
            Assert.True(reached < 3 || session.Status == GameSessionStatus.TERMINATED);
        }

        Directory.Delete(folder, recursive: true);
    }

    private FleetModel Load(string path)
    {
        var model = new FleetModel(new FleetModelOptions());
        using var store = SqliteFleetStore.Open(path, Logger, Time);
        store.LoadInto(model);
        return model;
    }

    private static void CheckConsistent(FleetModel model)
    {
        foreach (var session in model.GameSessionsOf(FleetModel.DefaultFleetId))
        {
            Assert.Equal(model.PlayerSessionsOf(session.GameSessionId).Count(one => one.TakesSlot), session.CurrentPlayerSessionCount);
            Assert.True(!session.IsOpen || model.GetProcess(session.ProcessId).GameSessionId == session.GameSessionId);
        }
    }
}
