using FleetBridge.Core.State;
using FleetBridge.Fleet.Model;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Store;

/// <summary>The fleet's records in a SQLite file, which one host at a time holds.</summary>
internal sealed partial class SqliteFleetStore : IFleetStore
{
    /// <summary>A guess of how many pages a transaction writes, so that the log's size need not be asked for each time.</summary>
    private const int PagesPerTransaction = 8;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly Dictionary<string, RecordCommands> _commands = [];
    private readonly Dictionary<(ITable, string), (IRecord? Before, IRecord? After)> _merged = [];
    private List<(string Table, IRecord Record)>? _loaded;
    private int _transactions;

    private SqliteFleetStore(string path, FileStream held, SqliteConnection connection, List<(string, IRecord)> loaded)
    {
        _path = path;
        _lock = held;
        _connection = connection;
        _loaded = loaded;
        _begin = Command("BEGIN IMMEDIATE");
        _commit = Command("COMMIT");
    }

    /// <summary>Pages of the write-ahead log after which they are moved into the file: 16 MiB.</summary>
    internal long PagesInLog { get; set; } = 4_096;

    /// <summary>Opens the file, or makes it. A damaged one is kept aside under another name, said so, and replaced by an empty
    /// one.</summary>
    /// <exception cref="FleetStoreException">Another host uses it, a newer version has written it, or it cannot be opened.</exception>
    public static SqliteFleetStore Open(string path, ILogger logger, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        path = Path.GetFullPath(path);
        var held = Hold(path);
        try
        {
            try
            {
                return OpenHeld(path, held, time);
            }
            catch (Exception damage) when (StoreDamage.IsDamage(damage))
            {
                var aside = StoreDamage.KeepAside(path, time.GetUtcNow());
                Damaged(logger, path, damage.Message, aside);
                return OpenHeld(path, held, time);
            }
        }
        catch (Exception error)
        {
            held.Dispose();
            throw error is SqliteException or IOException or UnauthorizedAccessException
                ? new FleetStoreException(
                    $"The store {path} cannot be opened: {Reason(error)}. Free or name another file (--store).", error)
                : error is FleetStoreException ? error
                    : new FleetStoreException($"The store {path} cannot be opened: {error.Message}", error);
        }
    }

    public void LoadInto(FleetModel model)
    {
        foreach (var (table, record) in _loaded ?? [])
        {
            model.Load(table, record);
        }

        _loaded = null;
    }

    public void Write(ReadOnlySpan<RecordChange> changes)
    {
        RecordChanges.Merge(changes, _merged);
        try
        {
            _begin.ExecuteNonQuery();
            foreach (var ((table, _), (before, after)) in _merged)
            {
                var commands = CommandsOf(table.Name);
                if (before is not null && before.Number != after?.Number)
                {
                    commands.Delete(before.Number);
                }

                if (after is not null)
                {
                    commands.Put(after);
                }
            }

            _commit.ExecuteNonQuery();
            _transactions++;
        }
        catch (SqliteException error)
        {
            RollBack();
            throw new FleetStoreException($"{_path}: {Reason(error)}", error);
        }
        finally
        {
            _merged.Clear();
        }
    }

    public void Maintain()
    {
        if (_transactions * PagesPerTransaction < PagesInLog)
        {
            return;
        }

        _transactions = 0;
        try
        {
            Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
        catch (SqliteException)
        {
            // the log keeps what is written; if the disk is the reason, the next write says so
        }
    }

    /// <summary>Runs a statement; tests make the disk full or read-only with it.</summary>
    internal void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var commands in _commands.Values)
        {
            commands.Dispose();
        }

        _begin.Dispose();
        _commit.Dispose();
        _connection.Dispose();
        _lock.Dispose();
    }

    private static FileStream Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return LockFile.TryHold($"{path}.lock")
                ?? throw new FleetStoreException(
                    $"The store {path} is used by another host. Stop that one, or name another file (--store).");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FleetStoreException($"The store {path} cannot be opened: {error.Message} Name another file (--store).", error);
        }
    }

    private static SqliteFleetStore OpenHeld(string path, FileStream held, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 5,
        }.ToString());
        try
        {
            connection.Open();
            using (var settings = connection.CreateCommand())
            {
                // a killed process loses nothing; a power cut may lose the last transactions, never the file
                settings.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0;";
                settings.ExecuteNonQuery();
            }

            new StoreMigrations(connection, StoreDialect.Sqlite, path, time).Apply();
            return new SqliteFleetStore(path, held, connection, ReadAll(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static List<(string, IRecord)> ReadAll(SqliteConnection connection)
    {
        var records = new List<(string, IRecord)>();
        foreach (var (table, type) in FleetModel.Kinds)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT document FROM {table} ORDER BY number";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                records.Add((table, FleetJson.Read(reader.GetString(0), type)));
            }
        }

        return records;
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // it was rolled back with the error, or never began
        }
    }

    private RecordCommands CommandsOf(string table)
    {
        if (!_commands.TryGetValue(table, out var commands))
        {
            _commands[table] = commands = new RecordCommands(_connection, table);
        }

        return commands;
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Prepare();
        return command;
    }

    private static string Reason(Exception error) => error is not SqliteException sqlite
        ? error.Message
        : sqlite.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_FULL => "the disk is full",
            SQLitePCL.raw.SQLITE_READONLY => "the file is read-only",
            SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => "another program has locked it",
            SQLitePCL.raw.SQLITE_IOERR => "the disk reports an error",
            SQLitePCL.raw.SQLITE_CANTOPEN => "the file or its folder cannot be opened for writing",
            _ => sqlite.Message,
        } + $" (SQLite {sqlite.SqliteExtendedErrorCode})";

    [LoggerMessage(LogLevel.Error, "The store {Path} is damaged ({Reason}). It is kept as {Aside}, and the host begins with an empty one: "
        + "fleets, aliases and queues have to be created again, and running servers restarted.")]
    private static partial void Damaged(ILogger logger, string path, string reason, string aside);
}
