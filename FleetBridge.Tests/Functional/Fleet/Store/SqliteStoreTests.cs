using FleetBridge.Fleet.Store;
using FleetBridge.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FleetBridge.Tests.Functional.Fleet.Store;

/// <summary>The store in a SQLite file.</summary>
public sealed class SqliteStoreTests : FleetStoreTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override IFleetStore Open() => SqliteFleetStore.Open(_folder["fleet.db"], Log, TimeProvider.System);

    private protected override async Task ExecuteAsync(string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        await using var connection = new SqliteConnection($"Data Source={_folder["fleet.db"]};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
