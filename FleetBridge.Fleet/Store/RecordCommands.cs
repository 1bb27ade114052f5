using FleetBridge.Fleet.Model;
using Microsoft.Data.Sqlite;

namespace FleetBridge.Fleet.Store;

/// <summary>The prepared statements of one table.</summary>
internal sealed class RecordCommands : IDisposable
{
    private readonly SqliteCommand _put;
    private readonly SqliteParameter _number;
    private readonly SqliteParameter _id;
    private readonly SqliteParameter _document;
    private readonly SqliteCommand _delete;
    private readonly SqliteParameter _deleted;

    /// <param name="table">One of the names in <see cref="FleetModel.Kinds"/>.</param>
    public RecordCommands(SqliteConnection connection, string table)
    {
        _put = connection.CreateCommand();
        _put.CommandText = $"INSERT INTO {table} (number, id, document) VALUES (@number, @id, @document) "
            + "ON CONFLICT (number) DO UPDATE SET id = excluded.id, document = excluded.document";
        _number = _put.Parameters.Add("@number", SqliteType.Integer);
        _id = _put.Parameters.Add("@id", SqliteType.Text);
        _document = _put.Parameters.Add("@document", SqliteType.Text);
        _delete = connection.CreateCommand();
        _delete.CommandText = $"DELETE FROM {table} WHERE number = @number";
        _deleted = _delete.Parameters.Add("@number", SqliteType.Integer);
    }

    public void Put(IRecord record)
    {
        _number.Value = record.Number;
        _id.Value = record.Key;
        _document.Value = FleetJson.Write(record);
        _put.ExecuteNonQuery();
    }

    public void Delete(long number)
    {
        _deleted.Value = number;
        _delete.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
    }
}
