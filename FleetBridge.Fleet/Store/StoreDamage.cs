using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace FleetBridge.Fleet.Store;

/// <summary>A store's file that is no database any more: nobody deletes it, it is only moved out of the way.</summary>
internal static class StoreDamage
{
    /// <summary>Whether the error says that the file's content is wrong.</summary>
    public static bool IsDamage(Exception error) => error is JsonException
        or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB };

    /// <summary>Renames the file and those that belong to it.</summary>
    /// <returns>The new name.</returns>
    public static string KeepAside(string path, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        var aside = $"{path}.damaged-{stamp}";
        for (var i = 2; File.Exists(aside); i++)
        {
            aside = $"{path}.damaged-{stamp}-{i}";
        }

        foreach (var suffix in new[] { "", "-wal", "-shm" })
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix);
            }
        }

        return aside;
    }
}
