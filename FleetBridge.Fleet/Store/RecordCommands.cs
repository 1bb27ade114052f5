using System.Buffers;
using System.Text.Json;
using FleetBridge.Fleet.Model;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FleetBridge.Fleet.Store;

/// <summary>The prepared statements of one table. They are run without ADO's readers and parameters: several run for each request.</summary>
internal sealed class RecordCommands : IDisposable
{
    private const int Number = 1;
    private const int Id = 2;
    private const int Document = 3;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _put;
    private readonly sqlite3_stmt _delete;
    private readonly ArrayBufferWriter<byte> _document = new();
    private readonly Utf8JsonWriter _json;

    /// <param name="table">One of the names in <see cref="FleetModel.Kinds"/>.</param>
    public RecordCommands(SqliteConnection connection, string table)
    {
        _json = new Utf8JsonWriter(_document);
        _database = connection.Handle!;
        _put = Prepare($"INSERT INTO {table} (number, id, document) VALUES (?, ?, ?) "
            + "ON CONFLICT (number) DO UPDATE SET id = excluded.id, document = excluded.document");
        _delete = Prepare($"DELETE FROM {table} WHERE number = ?");
    }

    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Put(IRecord record)
    {
        _document.ResetWrittenCount();
        _json.Reset();
        FleetJson.Write(_json, record);
        Demand(raw.sqlite3_bind_int64(_put, Number, record.Number));
        Demand(raw.sqlite3_bind_text(_put, Id, record.Key));
        Demand(raw.sqlite3_bind_text(_put, Document, _document.WrittenSpan));
        Run(_put);
    }

    /// <exception cref="SqliteException">It could not be deleted.</exception>
    public void Delete(long number)
    {
        Demand(raw.sqlite3_bind_int64(_delete, Number, number));
        Run(_delete);
    }

    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
        _json.Dispose();
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Demand(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement));
        return statement;
    }

    private void Run(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result != raw.SQLITE_DONE)
        {
            try
            {
                SqliteException.ThrowExceptionForRC(result, _database);
            }
            finally
            {
                raw.sqlite3_reset(statement);
            }
        }

        Demand(raw.sqlite3_reset(statement));
    }

    private void Demand(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
