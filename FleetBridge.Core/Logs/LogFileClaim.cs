using System.Globalization;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Logs;

/// <summary>
/// A log file that one bridge writes and no other: two that append to the same file overwrite each other's lines on
/// systems whose files are not locked by being open.
/// </summary>
internal sealed class LogFileClaim : IDisposable
{
    private const int MostBridges = 20;

    private readonly FileStream _lock;

    private LogFileClaim(string path, FileStream claim) => (Path, _lock) = (path, claim);

    /// <summary>The file: the one that was asked for, or <c>fleetbridge-2.log</c> and so on while other bridges have it.</summary>
    public string Path { get; }

    /// <summary>Claims a file and sees whether it can be written.</summary>
    /// <param name="wanted">The file's full path.</param>
    /// <param name="problem">Why it cannot be written.</param>
    /// <returns>The claim; null with a problem.</returns>
    public static LogFileClaim? TryMake(string wanted, out string? problem)
    {
        FileStream? claim = null;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(wanted)!);
            var path = Lock(wanted, ref claim);
            using var probe = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            problem = null;
            return new LogFileClaim(path, claim!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            claim?.Dispose();
            problem = exception.Message;
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string Lock(string wanted, ref FileStream? claim)
    {
        for (var number = 1; ; number++)
        {
            var path = number == 1
                ? wanted
                : System.IO.Path.ChangeExtension(wanted, null)
                    + string.Create(CultureInfo.InvariantCulture, $"-{number}{System.IO.Path.GetExtension(wanted)}");
            claim = LockFile.TryHold(path + ".lock", FileOptions.DeleteOnClose);
            if (claim is not null)
            {
                return path;
            }

            if (number == MostBridges)
            {
                throw new IOException($"{path} and {MostBridges - 1} others are in use by other bridges.");
            }
        }
    }
}
