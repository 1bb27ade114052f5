using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FleetBridge.Fleet.Store;

/// <summary>
/// A SQLite file of texts, used without ADO: its connections, commands and readers are some 4 MiB of a process, for a few rows. Callers
/// take turns.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly sqlite3 _database;

    private SqliteFile(sqlite3 database) => _database = database;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="patience">How long a statement waits for another process that has locked the file.</param>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public static SqliteFile Open(string path, TimeSpan patience)
    {
        Batteries_V2.Init();
        var result = raw.sqlite3_open_v2(path, out var database, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE, null);
        var file = new SqliteFile(database);
        try
        {
            file.Demand(result);
            file.Demand(raw.sqlite3_busy_timeout(database, (int)patience.TotalMilliseconds));
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether an error is SQLite's.</summary>
    /// <remarks>Not inlined, and for a filter: a method that was compiled ahead of time loads all types that it casts to or catches when it
    /// begins, here ADO.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsError(Exception exception) => exception is SqliteException;

    /// <summary>Runs statements that have no parameters.</summary>
    /// <exception cref="SqliteException">One of them failed.</exception>
    public void Run(string statements) => Demand(raw.sqlite3_exec(_database, statements));

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, with ?1, ?2 and so on for its values.</param>
    /// <param name="values">The values.</param>
    /// <returns>The first column of all rows.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public List<string> Execute(string sql, params ReadOnlySpan<string> values)
    {
        Demand(raw.sqlite3_prepare_v2(_database, sql, out var statement));
        using (statement)
        {
            for (var i = 0; i < values.Length; i++)
            {
                Demand(raw.sqlite3_bind_text(statement, i + 1, values[i]));
            }

            var found = new List<string>();
            int result;
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            {
                found.Add(raw.sqlite3_column_text(statement, 0).utf8_to_string());
            }

            if (result != raw.SQLITE_DONE)
            {
                Throw(result);
            }

            return found;
        }
    }

    public void Dispose() => _database.Dispose();

    private void Demand(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            Throw(result);
        }
    }

    /// <summary>Apart from the rest: the exception's assembly is loaded with the first error.</summary>
    [DoesNotReturn]
    private void Throw(int result)
    {
        SqliteException.ThrowExceptionForRC(result, _database);
        throw new InvalidOperationException($"SQLite's result {result} is no error.");
    }
}
