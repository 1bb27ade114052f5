using System.Data.Common;

namespace FleetBridge.Fleet.Store;

/// <summary>Where the two engines differ.</summary>
/// <param name="Key">What <c>{key}</c> is in the scripts: a 64-bit primary key.</param>
/// <param name="HasMigrations">Counts the table of migrations: 0 or 1.</param>
/// <param name="HasTables">Counts all tables.</param>
/// <param name="KeepCopy">Copies the store as it is, before it is changed; null where its owner does that.</param>
internal sealed record StoreDialect(string Key, string HasMigrations, string HasTables, Action<DbConnection, string>? KeepCopy)
{
    public static StoreDialect Sqlite { get; } = new(
        "INTEGER NOT NULL PRIMARY KEY",
        "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
        "SELECT COUNT(*) FROM sqlite_master",
        CopySqlite);

    public static StoreDialect Postgres { get; } = new(
        "BIGINT NOT NULL PRIMARY KEY",
        "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations'",
        "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()",
        null);

    private static void CopySqlite(DbConnection connection, string copy)
    {
        if (!File.Exists(copy))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO @copy";
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@copy", copy);
            command.Parameters.Add(parameter);
            command.ExecuteNonQuery();
        }
    }
}
