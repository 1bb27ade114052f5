using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Core.Text;

namespace FleetBridge.Fleet.Store;

/// <summary>Brings a store to this program's version, one numbered script after the other; refuses one that is newer.</summary>
internal sealed class StoreMigrations(DbConnection connection, StoreDialect dialect, string path, TimeProvider time)
{
    private const string Prefix = "FleetBridge.Fleet.Store.Migrations.";

    /// <summary>The scripts, oldest first: number, name, text.</summary>
    internal static IReadOnlyList<(int Number, string Name, string Sql)> Scripts { get; } =
    [
        .. typeof(StoreMigrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => (Number: int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), Name: name[Prefix.Length..^4],
                Sql: Text(name)))
            .OrderBy(script => script.Number),
    ];

    /// <exception cref="FleetStoreException">It is newer, or of another program.</exception>
    public void Apply()
    {
        var version = ReadVersion();
        if (version > Scripts[^1].Number)
        {
            throw new FleetStoreException(
                $"The store {path} has version {version}, written by {Scalar("SELECT program FROM schema_migrations ORDER BY number DESC LIMIT 1")}; "
                + $"this is {ProgramInfo.Name} {ProgramInfo.Version}, which knows versions up to {Scripts[^1].Number}. "
                + "Use the newer program, or name another file (--store).");
        }

        if (version > 0 && version < Scripts[^1].Number)
        {
            dialect.KeepCopy?.Invoke(connection, $"{path}.version-{version}");
        }

        foreach (var (number, name, sql) in Scripts.Where(script => script.Number > version))
        {
            ApplyOne(number, name, sql);
        }
    }

    /// <summary>0 for a new file.</summary>
    private long ReadVersion()
    {
        if (Number(dialect.HasMigrations) > 0)
        {
            return Number("SELECT COALESCE(MAX(number), 0) FROM schema_migrations");
        }

        return Number(dialect.HasTables) == 0 ? 0 : throw new FleetStoreException(
            $"{path} is a database of another program. Name another one (--store).");
    }

    private void ApplyOne(int number, string name, string sql)
    {
        using var transaction = connection.BeginTransaction();
        Execute(transaction, """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL,
                    program TEXT NOT NULL)
            """);
        Execute(transaction, sql.Replace("{key}", dialect.Key, StringComparison.Ordinal));
        using var note = connection.CreateCommand();
        note.Transaction = transaction;
        note.CommandText = "INSERT INTO schema_migrations VALUES (@number, @name, @checksum, @applied_at, @program)";
        Add(note, "@number", number);
        Add(note, "@name", name);
        Add(note, "@checksum", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
        Add(note, "@applied_at", (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        Add(note, "@program", $"{ProgramInfo.Name} {ProgramInfo.Version}");
        note.ExecuteNonQuery();
        transaction.Commit();
    }

    private long Number(string sql) => Convert.ToInt64(Scalar(sql), CultureInfo.InvariantCulture);

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    private object? Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private void Execute(DbTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(typeof(StoreMigrations).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
