using System.Globalization;
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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly FileStream _held;
    private readonly SqliteFile _file;
    private int _outcomes;

    private WorkerStore(FileStream held, SqliteFile file) => (_held, _file) = (held, file);

    /// <summary>Opens it, or makes it. A damaged file is kept aside.</summary>
    /// <exception cref="WorkerException">Another worker uses it, a newer one has written it, or it cannot be opened.</exception>
    public static WorkerStore Open(string folder, ILogger logger, TimeProvider clock)
    {
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
            throw SqliteFile.IsError(exception) || exception is IOException or UnauthorizedAccessException
                ? new WorkerException(
                    $"The worker's store {path} cannot be opened: {exception.Message} Free it, or name another folder (--data).", exception)
                : exception;
        }
    }

    /// <summary>All servers.</summary>
    public List<ServerRecord> ReadServers() => Execute("SELECT document FROM servers ORDER BY id")
        .ConvertAll(document => JsonSerializer.Deserialize(document, RecordJson.Default.ServerRecord)!);

    /// <summary>Writes a server.</summary>
    /// <exception cref="SqliteException">The disk is full, or it cannot be written.</exception>
    public void Write(ServerRecord server) => Execute(
        "INSERT INTO servers VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
        server.Desired.Id,
        JsonSerializer.Serialize(server, RecordJson.Default.ServerRecord));

    /// <summary>Deletes a server.</summary>
    public void Delete(string server) => Execute("DELETE FROM servers WHERE id = ?1", server);

    /// <summary>What became of a command; null when it is not known.</summary>
    /// <param name="id">The command.</param>
    /// <param name="isBegun">Whether it was begun, and how it ended is not known.</param>
    public CommandOutcome? FindOutcome(string id, out bool isBegun)
    {
        var found = Execute("SELECT COALESCE(document, '') FROM commands WHERE id = ?1", id);
        isBegun = found is [""];
        return found is [{ Length: > 0 } document] ? JsonSerializer.Deserialize(document, ServerJson.Default.CommandOutcome) : null;
    }

    /// <summary>A command is begun.</summary>
    public void Begin(string id) => Execute("INSERT OR IGNORE INTO commands (id) VALUES (?1)", id);

    /// <summary>A command has ended.</summary>
    public void End(CommandOutcome outcome)
    {
        Execute(
            "INSERT INTO commands (id, document) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            outcome.Id,
            JsonSerializer.Serialize(outcome, ServerJson.Default.CommandOutcome));
        if (Interlocked.Increment(ref _outcomes) % 1_000 == 0)
        {
            Execute($"DELETE FROM commands WHERE number <= (SELECT MAX(number) FROM commands) - {MostOutcomes}");
        }
    }

    /// <summary>A value of the worker; null when there is none.</summary>
    public string? ReadValue(string name) => Execute("SELECT value FROM worker_values WHERE name = ?1", name) is [var value] ? value : null;

    /// <summary>Stores a value of the worker, or deletes it.</summary>
    public void WriteValue(string name, string? value)
    {
        if (value is null)
        {
            Execute("DELETE FROM worker_values WHERE name = ?1", name);
        }
        else
        {
            Execute("INSERT INTO worker_values VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file.Dispose();
            _held.Dispose();
        }
    }

    private static SqliteFile Connect(string path)
    {
        var file = SqliteFile.Open(path, Patience);
        try
        {
            // a killed worker loses nothing; a power cut may lose the last transitions, never the file
            file.Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
            var version = int.Parse(file.Execute("PRAGMA user_version")[0], CultureInfo.InvariantCulture);
            if (version > Version)
            {
                throw new WorkerException($"The worker's store {path} was written by a newer FleetBridge. Use that one, or name another folder (--data).");
            }

            if (version == 0)
            {
                file.Run($"BEGIN IMMEDIATE; {Schema} COMMIT;");
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private List<string> Execute(string sql, params ReadOnlySpan<string> values)
    {
        lock (_lock)
        {
            return _file.Execute(sql, values);
        }
    }

    [LoggerMessage(LogLevel.Error, "The worker's store {Path} is damaged ({Reason}). It is kept as {Aside}, and the worker begins with an empty one: "
        + "its host says again what should run.")]
    private static partial void LogDamaged(ILogger logger, string path, string reason, string aside);
}
