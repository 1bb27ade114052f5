using System.Text.Json;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FleetBridge.Fleet.Store;

/// <summary>
/// The fleet's records in PostgreSQL, which one host at a time holds by an advisory lock of its only connection. Everything is written
/// over that connection, so a host that has lost the lock can write nothing.
/// </summary>
internal sealed partial class PostgresFleetStore : IFleetStore
{
    /// <summary>The key of the advisory lock: "FLEETBRG".</summary>
    private const long LockKey = 0x464C454554425247;

    private static readonly TimeSpan StandbyInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often a host that writes nothing makes sure that it still holds the store.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly PostgresAddress _address;
    private readonly ILogger _logger;
    private readonly Action<string> _lost;
    private readonly Dictionary<(ITable, string), (IRecord? Before, IRecord? After)> _merged = [];
    private NpgsqlConnection _connection;
    private readonly long _generation;
    private List<(string Table, IRecord Record)>? _loaded;
    private readonly Lock _lock = new();
    private readonly ITimer _checking;
    private bool _isLost;
    private bool _isClosed;

    private PostgresFleetStore(
        PostgresAddress address, NpgsqlConnection connection, long generation, Action<string> lost, ILogger logger, TimeProvider time)
    {
        (_address, _connection, _generation, _lost, _logger) = (address, connection, generation, lost, logger);
        _loaded = ReadAll(connection);
        _checking = time.CreateTimer(_ => Check(), null, CheckInterval, CheckInterval);
    }

    /// <summary>Opens the database, or makes its tables. While another host holds it, waits as its standby.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="standby">Told true when it begins to wait, and false when it has the lock.</param>
    /// <param name="lost">Told why, when another host has taken the store over.</param>
    /// <param name="logger">Says what happens.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FleetStoreException">A newer version has written it, or it cannot be opened.</exception>
    public static PostgresFleetStore Open(
        PostgresAddress address, Action<bool> standby, Action<string> lost, ILogger logger, TimeProvider time, CancellationToken cancellation)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = Wait(address, standby, logger, time, cancellation);
            new StoreMigrations(connection, StoreDialect.Postgres, address.Shown, time).Apply();
            return new PostgresFleetStore(address, connection, TakeOwnership(connection), lost, logger, time);
        }
        catch (Exception error)
        {
            connection?.Dispose();
            throw error is OperationCanceledException or FleetStoreException ? error : new FleetStoreException(
                $"The store {address.Shown} cannot be opened: {error.Message} Correct its address (--store), or start the database.", error);
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
        using var held = _lock.EnterScope();
        RecordChanges.Merge(changes, _merged);
        try
        {
            EnsureHeld();
            using var batch = new NpgsqlBatch(_connection);
            foreach (var ((table, _), (before, after)) in _merged)
            {
                if (before is not null && before.Number != after?.Number)
                {
                    var delete = new NpgsqlBatchCommand($"DELETE FROM {table.Name} WHERE number = $1");
                    delete.Parameters.Add(new NpgsqlParameter<long> { TypedValue = before.Number });
                    batch.BatchCommands.Add(delete);
                }

                if (after is not null)
                {
                    batch.BatchCommands.Add(Put(table.Name, after));
                }
            }

            // a batch is one transaction and one round trip
            batch.ExecuteNonQuery();
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
        {
            throw new FleetStoreException($"{_address.Shown}: {error.Message}", error);
        }
        finally
        {
            _merged.Clear();
        }
    }

    public void Maintain()
    {
        // the database does that itself
    }

    public void Dispose()
    {
        _checking.Dispose();
        using var held = _lock.EnterScope();
        _isClosed = true;
        _connection.Dispose();
    }

    private static NpgsqlBatchCommand Put(string table, IRecord record)
    {
        var put = new NpgsqlBatchCommand(
            $"INSERT INTO {table} (number, id, document) VALUES ($1, $2, $3) "
            + "ON CONFLICT (number) DO UPDATE SET id = excluded.id, document = excluded.document");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            FleetJson.Write(json, record);
        }

        put.Parameters.Add(new NpgsqlParameter<long> { TypedValue = record.Number });
        put.Parameters.Add(new NpgsqlParameter<string> { TypedValue = record.Key });
        put.Parameters.Add(new NpgsqlParameter<string> { TypedValue = System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) });
        return put;
    }

    private static NpgsqlConnection Connect(PostgresAddress address)
    {
        var connection = new NpgsqlConnection(address.ConnectionString);
        try
        {
            connection.Open();

            // a host whose machine dies or is cut off is noticed by the database within six seconds, and its lock is free
            Execute(connection, "SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static NpgsqlConnection Wait(
        PostgresAddress address, Action<bool> standby, ILogger logger, TimeProvider time, CancellationToken cancellation)
    {
        var isWaiting = false;
        while (true)
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = Connect(address);
                while (!TryLock(connection))
                {
                    if (!isWaiting)
                    {
                        isWaiting = true;
                        standby(true);
                        Waiting(logger, address.Shown);
                    }

                    Pause(time, cancellation);
                }

                if (isWaiting)
                {
                    standby(false);
                    TakenOver(logger, address.Shown);
                }

                return connection;
            }
            catch (NpgsqlException) when (isWaiting)
            {
                // the database is away: a standby waits for it too
                connection?.Dispose();
                Pause(time, cancellation);
            }
            catch
            {
                connection?.Dispose();
                throw;
            }
        }
    }

    private static void Pause(TimeProvider time, CancellationToken cancellation) =>
        Task.Delay(StandbyInterval, time, cancellation).GetAwaiter().GetResult();

    private static bool TryLock(NpgsqlConnection connection) => (bool)Scalar(connection, $"SELECT pg_try_advisory_lock({LockKey})")!;

    /// <summary>A number that grows with each host that takes the store, so that one that has lost it for a moment knows whether
    /// another had it meanwhile.</summary>
    private static long TakeOwnership(NpgsqlConnection connection) => (long)Scalar(
        connection,
        "INSERT INTO store_owner (number, generation) VALUES (1, 1) "
        + "ON CONFLICT (number) DO UPDATE SET generation = store_owner.generation + 1 RETURNING generation")!;

    private static List<(string, IRecord)> ReadAll(NpgsqlConnection connection)
    {
        var records = new List<(string, IRecord)>();
        foreach (var (table, type) in FleetModel.Kinds)
        {
            using var command = new NpgsqlCommand($"SELECT document FROM {table} ORDER BY number", connection);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                records.Add((table, FleetJson.Read(reader.GetString(0), type)));
            }
        }

        return records;
    }

    private static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>A host whose connection was cut must not continue as if it were the only one, even if it has nothing to write.</summary>
    private void Check()
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isClosed && !_isLost)
            {
                EnsureHeld();
                Execute(_connection, "SELECT 1");
            }
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException or IOException or TimeoutException or FleetStoreException)
        {
            // the database is away: writes are refused until it is back
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Connects again after the connection was lost, unless another host has had the store since.</summary>
    /// <exception cref="FleetStoreException">It has, or it is not known yet.</exception>
    private void EnsureHeld()
    {
        if (_isLost)
        {
            throw Lost();
        }

        if (_connection.FullState.HasFlag(System.Data.ConnectionState.Open) && !_connection.FullState.HasFlag(System.Data.ConnectionState.Broken))
        {
            return;
        }

        _connection.Dispose();
        _connection = Connect(_address);
        var hasLock = TryLock(_connection);
        if ((long)Scalar(_connection, "SELECT generation FROM store_owner WHERE number = 1")! != _generation)
        {
            _isLost = true;
            _connection.Dispose();
            var lost = Lost();
            _lost(lost.Message);
            throw lost;
        }

        if (!hasLock)
        {
            // the session of the lost connection may end a moment later, or another host may be about to count itself the owner
            _connection.Dispose();
            throw new FleetStoreException($"The lock of the store {_address.Shown} is not free yet.");
        }

        Reconnected(_logger, _address.Shown);
    }

    private FleetStoreException Lost() => new(
        $"Another host has taken over the store {_address.Shown} while this one had no connection to it. This host stops; start it again as the standby.");

    [LoggerMessage(LogLevel.Information, "Another host holds the store {Store}. This one is its standby, and takes over when that one ends.")]
    private static partial void Waiting(ILogger logger, string store);

    [LoggerMessage(LogLevel.Information, "This host has taken over the store {Store}.")]
    private static partial void TakenOver(ILogger logger, string store);

    [LoggerMessage(LogLevel.Information, "The store {Store} is connected again.")]
    private static partial void Reconnected(ILogger logger, string store);
}
