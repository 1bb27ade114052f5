using System.Globalization;

namespace FleetBridge.Fleet.Installers;

/// <summary>The room on a disk, and the errors that say that there is none.</summary>
internal static class DiskSpace
{
    // errno(3) of Linux, and the codes of winerror.h as HRESULTs
    private const int NoSpace = 28;
    private const int NoQuota = 122;
    private const int NoQuotaOnMac = 69;
    private const int ReadOnlySystem = 30;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>What a user of this process may still write.</summary>
    /// <param name="folder">A folder on the disk.</param>
    /// <returns>Bytes; null when the system does not tell.</returns>
    public static long? FreeAt(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether an error says that the disk, or this user's part of it, is full.</summary>
    public static bool IsFull(IOException exception) => exception.HResult is DiskFullOnWindows
        || (!OperatingSystem.IsWindows() && exception.HResult is NoSpace or NoQuota)
        || (OperatingSystem.IsMacOS() && exception.HResult == NoQuotaOnMac);

    /// <summary>Whether an error says that nothing may be written there.</summary>
    public static bool IsReadOnly(Exception exception) =>
        exception is UnauthorizedAccessException || (!OperatingSystem.IsWindows() && exception is IOException { HResult: ReadOnlySystem });

    /// <summary>There is not enough room.</summary>
    /// <param name="game">What is installed.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="needed">Bytes; null when it is not known.</param>
    /// <param name="floor">What has to stay free.</param>
    public static InstallException Full(string game, string folder, long? needed, long floor)
    {
        var free = FreeAt(folder) is { } bytes ? Text(bytes) : "an unknown amount";
        var need = needed is { } most ? $"{Text(most)} are needed" : "more is needed";
        var kept = floor > 0 ? $", and {Text(floor)} have to stay free" : "";
        return new InstallException(
            "disk_full",
            $"{game} cannot be installed: the disk of {folder} is full. {free} are free, {need}{kept}. Free some space and install again.",
            isRetryable: false);
    }

    /// <summary>An amount as people read it.</summary>
    public static string Text(long bytes)
    {
        var (amount, unit) = bytes switch
        {
            >= 1L << 30 => (bytes / (double)(1L << 30), "GiB"),
            >= 1L << 20 => (bytes / (double)(1L << 20), "MiB"),
            >= 1L << 10 => (bytes / (double)(1L << 10), "KiB"),
            _ => (bytes, "bytes"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {unit}");
    }
}
