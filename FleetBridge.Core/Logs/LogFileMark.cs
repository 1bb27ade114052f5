using System.Text;
using FleetBridge.Backends.Files;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Core.Logs;

/// <summary>
/// The first line of each log file that we make. It proves that a file is ours: without it nothing is written to, renamed or deleted. It
/// has the file's name, so that a copy under another name is the user's.
/// </summary>
internal static class LogFileMark
{
    private const int MostBytes = 1024;

    /// <summary>Writes the line for a new file.</summary>
    /// <param name="name">The file's name, without its folder.</param>
    /// <param name="time">The present, in local time.</param>
    /// <returns>The line in UTF-8.</returns>
    public static byte[] LineFor(string name, DateTimeOffset time)
    {
        var rest = Rest(name);
        var line = new byte[RecordTime.Length + rest.Length];
        RecordTime.Write(line, time.DateTime);
        rest.CopyTo(line, RecordTime.Length);
        return line;
    }

    /// <summary>Whether an open file begins with the line.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The name that the line must have.</param>
    public static bool IsIn(SafeFileHandle file, string name)
    {
        var rest = Rest(name).AsSpan().TrimEnd("\r\n"u8);
        return ReadBeginning(file) is var beginning
            && beginning.Length >= RecordTime.Length + rest.Length
            && beginning.AsSpan(RecordTime.Length).StartsWith(rest);
    }

    /// <summary>Whether the file of a path begins with the line. It is not waited for, and no link is followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">The name that the line must have.</param>
    public static bool IsIn(string path, string name)
    {
        try
        {
            if (FileStatus.Of(path, followLinks: false) is not { Kind: FileKind.File })
            {
                return false;
            }

            using var file = UserFile.OpenHandle(path, long.MaxValue);
            return IsIn(file, name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether an open file begins as the log files of versions that made no such line: with a record.</summary>
    /// <param name="file">The file.</param>
    public static bool IsRecordIn(SafeFileHandle file) =>
        ReadBeginning(file) is [>= (byte)'0' and <= (byte)'9', _, _, _, (byte)'-', _, _, (byte)'-', _, _, (byte)' ', _, _, (byte)':', _, _, (byte)':', _, _, (byte)',', ..];

    private static byte[] ReadBeginning(SafeFileHandle file)
    {
        var beginning = new byte[MostBytes];
        return beginning[..RandomAccess.Read(file, beginning, fileOffset: 0)];
    }

    private static byte[] Rest(string name) => Encoding.UTF8.GetBytes(
        $" INFO fleetbridge This is the log file {string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter))} of FleetBridge."
        + Environment.NewLine);
}
