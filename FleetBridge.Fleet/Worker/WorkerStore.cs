using System.Text.Json;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Store;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>The worker's own file: its servers, what became of commands, and what it is. Each transition is one write.</summary>
internal sealed partial class WorkerStore : IDisposable
{
    private const int Version = 1;

    /// <summary>How many outcomes of commands are kept; a host asks for those that it has not got.</summary>
    private const int MostOutcomes = 10_000;

    private const string Schema = """
        CREATE TABLE servers (id TEXT NOT NULL PRIMARY KEY, document TEXT NOT NULL) STRICT;
        CREATE TABLE commands (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT) STRICT;
        CREATE TABLE worker_values (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
        PRAGMA user_version = 1;
        """;

    private readonly Lock _lock = new();
    private readonly FileStream _held;
    private readonly SqliteConnection _connection;
    private int _outcomes;

    private WorkerStore(FileStream held, SqliteConnection connection) => (_held, _connection) = (held, connection);

    /// <summary>Opens it, or makes it. A damaged file is kept aside.</summary>
    /// <exception cref="WorkerException">Another worker uses it, a newer one has written it, or it cannot be opened.</exception>
    public static WorkerStore Open(string folder, ILogger logger, TimeProvider clock)
    {
        SQLitePCL.Batteries_V2.Init();
        var path = Path.Combine(folder, "worker.db");
        FileStream? held = null;
        try
        {
            held = LockFile.TryHold($"{path}.lock") ?? throw new WorkerException(
                $"The folder {folder} is used by another worker. Stop that one, or name another folder (--data).");
            try
            {
                return new WorkerStore(held, Connect(path));
            }
            catch (Exception damage) when (StoreDamage.IsDamage(damage))
            {
                var aside = StoreDamage.KeepAside(path, clock.GetUtcNow());
                LogDamaged(logger, path, damage.Message, aside);
                return new WorkerStore(held, Connect(path));
            }
        }
        catch (Exception exception)
        {
            held?.Dispose();
            throw exception is SqliteException or IOException or UnauthorizedAccessException
                ? new WorkerException($"The worker's store {path} cannot be opened: {exception.Message} Free it, or name another folder (--data).", exception)
                : exception;
        }
    }

    /// <summary>All servers.</summary>
    public List<ServerRecord> ReadServers() => Read("SELECT document FROM servers ORDER BY id", null)
        .ConvertAll(document => JsonSerializer.Deserialize(document, RecordJson.Default.ServerRecord)!);

    /// <summary>Writes a server.</summary>
    /// <exception cref="SqliteException">The disk is full, or it cannot be written.</exception>
    public void Write(ServerRecord server) => Execute(
        "INSERT INTO servers VALUES (@key, @value) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        server.Desired.Id,
        JsonSerializer.Serialize(server, RecordJson.Default.ServerRecord));

    /// <summary>Deletes a server.</summary>
    public void Delete(string server) => Execute("DELETE FROM servers WHERE id = @key", server, null);

    /// <summary>What became of a command; null when it is not known.</summary>
    /// <param name="id">The command.</param>
    /// <param name="isBegun">Whether it was begun, and how it ended is not known.</param>
    public CommandOutcome? FindOutcome(string id, out bool isBegun)
    {
        var found = Read("SELECT COALESCE(document, '') FROM commands WHERE id = @key", id);
        isBegun = found is [""];
        return found is [{ Length: > 0 } document] ? JsonSerializer.Deserialize(document, ServerJson.Default.CommandOutcome) : null;
    }

    /// <summary>A command is begun.</summary>
    public void Begin(string id) => Execute("INSERT OR IGNORE INTO commands (id) VALUES (@key)", id, null);

    /// <summary>A command has ended.</summary>
    public void End(CommandOutcome outcome)
    {
        Execute(
            "INSERT INTO commands (id, document) VALUES (@key, @value) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            outcome.Id,
            JsonSerializer.Serialize(outcome, ServerJson.Default.CommandOutcome));
        if (Interlocked.Increment(ref _outcomes) % 1_000 == 0)
        {
            Execute("DELETE FROM commands WHERE number <= (SELECT MAX(number) FROM commands) - @key", MostOutcomes, null);
        }
    }

    /// <summary>A value of the worker; null when there is none.</summary>
    public string? ReadValue(string name) => Read("SELECT value FROM worker_values WHERE name = @key", name) is [var value] ? value : null;

    /// <summary>Stores a value of the worker, or deletes it.</summary>
    public void WriteValue(string name, string? value) => Execute(
        value is null
            ? "DELETE FROM worker_values WHERE name = @key"
            : "INSERT INTO worker_values VALUES (@key, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name,
        value);

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
            _held.Dispose();
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // a killed worker loses nothing; a power cut may lose the last transitions, never the file
            command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;";
            command.ExecuteNonQuery();
            command.CommandText = "PRAGMA user_version";
            var version = (long)command.ExecuteScalar()!;
            if (version > Version)
            {
                throw new WorkerException($"The worker's store {path} was written by a newer FleetBridge. Use that one, or name another folder (--data).");
            }

            if (version == 0)
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                command.Transaction = transaction;
                command.CommandText = Schema;
                command.ExecuteNonQuery();
                transaction.Commit();
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Execute(string sql, object key, string? value)
    {
        lock (_lock)
        {
            using var command = Command(sql, key, value);
            command.ExecuteNonQuery();
        }
    }

    private List<string> Read(string sql, object? key)
    {
        lock (_lock)
        {
            using var command = Command(sql, key, null);
            using var reader = command.ExecuteReader();
            var found = new List<string>();
            while (reader.Read())
            {
                found.Add(reader.GetString(0));
            }

            return found;
        }
    }

    private SqliteCommand Command(string sql, object? key, string? value)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (key is not null)
        {
            command.Parameters.AddWithValue("@key", key);
        }

        if (value is not null)
        {
            command.Parameters.AddWithValue("@value", value);
        }

        return command;
    }

    [LoggerMessage(LogLevel.Error, "The worker's store {Path} is damaged ({Reason}). It is kept as {Aside}, and the worker begins with an empty one: "
        + "its host says again what should run.")]
    private static partial void LogDamaged(ILogger logger, string path, string reason, string aside);
}
