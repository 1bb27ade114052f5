using System.Globalization;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;
using FleetBridge.Tests.Unit.Control;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Unit.Store;

/// <summary>Stores that an earlier version has written, and stores that cannot be written.</summary>
public sealed class OlderStoreTests : FleetControlTest
{
    public static TheoryData<int> EarlierVersions { get; } = [.. StoreMigrations.Scripts.SkipLast(1).Select(script => script.Number)];

    private string CopyPath(int version) => $"{StorePath}.version-{version}";

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task Store_of_an_earlier_version_is_copied_and_brought_up_with_its_records(int version)
    {
        var before = await MakeOlderAsync(version);
        await OpenAsync();
        Assert.Equal(before, Describe());
        var session = Assert.Single(Fleet.Read(model => model.GameSessionsOf(FleetModel.DefaultFleetId).ToList()));
        Assert.Equal(GameSessionStatus.ACTIVE, session.Status);
        Assert.Equal(session, await CreateAsync("token"));
        await CloseAsync();

        var all = StoreMigrations.Scripts.Select(script => (long)script.Number).ToList();
        Assert.Equal(all, VersionsIn(StorePath));
        Assert.Equal(all[..version], VersionsIn(CopyPath(version)));
        var copied = File.GetLastWriteTimeUtc(CopyPath(version));
        await OpenAsync();
        Assert.Equal(all, VersionsIn(StorePath));
        Assert.Equal(copied, File.GetLastWriteTimeUtc(CopyPath(version)));
        Assert.Equal([], Logged(LogLevel.Error));
    }

    [Theory]
    [MemberData(nameof(EarlierVersions))]
    public async Task Store_of_which_no_copy_can_be_made_stays_as_it_is(int version)
    {
        await MakeOlderAsync(version);
        Directory.CreateDirectory(CopyPath(version));
        Assert.Contains(StorePath, (await Assert.ThrowsAsync<FleetStoreException>(OpenAsync)).Message);
        Assert.Equal(StoreMigrations.Scripts.Take(version).Select(script => (long)script.Number), VersionsIn(StorePath));
        Directory.Delete(CopyPath(version));
        await OpenAsync();
        Assert.True(File.Exists(CopyPath(version)));
    }

    [Fact]
    public async Task Store_on_a_read_only_disk_is_refused_by_name_and_left_alone()
    {
        using var disk = SmallDisk.OfMemory(8 * 1024 * 1024);
        await CloseAsync();
        var path = Path.Combine(disk.Path, "fleet.db");
        using (var store = SqliteFleetStore.Open(path, Logger, Time))
        {
            store.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        disk.MakeReadOnly();
        var refused = Assert.Throws<FleetStoreException>(() => SqliteFleetStore.Open(path, Logger, Time));
        Assert.Contains(path, refused.Message);
        Assert.Contains("--store", refused.Message);
        Assert.DoesNotContain("another host", refused.Message);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal([], Logged(LogLevel.Error));
    }

    /// <summary>Makes the file that the program of that version would have: its tables, with the records of a session in them.</summary>
    private async Task<List<string>> MakeOlderAsync(int version)
    {
        await ReadyAsync("p1");
        var session = await CreateAsync("token");
        await Fleet.ChangeAsync(model => model.ActivateGameSession("p1", session.GameSessionId));
        await Fleet.ChangeAsync(model => model.CreatePlayerSession(session.GameSessionId, "ann", null));
        var records = Describe();
        await CloseAsync();
        var newer = $"{StorePath}.newer";
        File.Move(StorePath, newer);
        using var older = Connect(StorePath);
        Execute(older, $"ATTACH '{newer}' AS newer");
        Execute(older, "CREATE TABLE schema_migrations AS SELECT * FROM newer.schema_migrations WHERE number <= "
            + version.ToString(CultureInfo.InvariantCulture));
        foreach (var script in StoreMigrations.Scripts.Take(version))
        {
            Execute(older, script.Sql.Replace("{key}", StoreDialect.Sqlite.Key, StringComparison.Ordinal));
            var tables = FleetModel.Kinds.Select(kind => kind.Table);
            foreach (var table in tables.Where(table => script.Sql.Contains($"CREATE TABLE {table} ", StringComparison.Ordinal)))
            {
                Execute(older, $"INSERT INTO {table} SELECT * FROM newer.{table}");
            }
        }

        return records;
    }

    /// <summary>What a session leaves in the store.</summary>
    private List<string> Describe() => Fleet.Read(model => new List<string>(
        [
            .. model.Fleets.Select(fleet => $"{fleet.FleetId} {fleet.Number} {fleet.CreationTime:O}"),
            .. model.Processes.Select(process => $"{process.ProcessId} {process.Number} {process.State} {process.GameSessionId}"),
            .. model.GameSessionsOf(FleetModel.DefaultFleetId).Select(session =>
                $"{session.GameSessionId} {session.Number} {session.Status} {session.CurrentPlayerSessionCount} {session.IdempotencyToken}"),
            .. model.GameSessionsOf(FleetModel.DefaultFleetId).SelectMany(session => model.PlayerSessionsOf(session.GameSessionId))
                .Select(player => $"{player.PlayerSessionId} {player.Number} {player.Status} {player.PlayerId}"),
        ]));

    private static List<long> VersionsIn(string path)
    {
        using var connection = Connect(path);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT number FROM schema_migrations ORDER BY number";
        using var reader = command.ExecuteReader();
        var versions = new List<long>();
        while (reader.Read())
        {
            versions.Add(reader.GetInt64(0));
        }

        return versions;
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
