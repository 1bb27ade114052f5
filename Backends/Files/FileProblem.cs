namespace FleetBridge.Backends.Files;

/// <summary>What an error of the file system means for whoever has to do something about it.</summary>
internal static class FileProblem
{
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int HandleDiskFullOnWindows = unchecked((int)0x80070027);
    private const int TooManyOnWindows = unchecked((int)0x80070004);

    // errno(3)
    private const int NoSpace = 28;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;
    private const int SystemsDescriptors = 23;
    private const int OwnDescriptors = 24;
    private const int ReadOnly = 30;

    /// <summary>Whether the disk, or the user's part of it, is full.</summary>
    /// <param name="exception">The error.</param>
    public static bool IsFull(Exception exception) => exception is IOException && (OperatingSystem.IsWindows()
        ? exception.HResult is DiskFullOnWindows or HandleDiskFullOnWindows
        : exception.HResult is NoSpace || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaOnMac : QuotaOnLinux));

    /// <summary>Whether no file can be opened, because too many are open.</summary>
    /// <param name="exception">The error.</param>
    public static bool IsOutOfDescriptors(Exception exception) => exception is IOException && (OperatingSystem.IsWindows()
        ? exception.HResult is TooManyOnWindows
        : exception.HResult is SystemsDescriptors or OwnDescriptors);

    /// <summary>Whether the same will work later by itself: the disk was full, or too many files were open.</summary>
    /// <param name="exception">The error.</param>
    public static bool MayPass(Exception exception) => IsFull(exception) || IsOutOfDescriptors(exception);

    /// <summary>Why a folder cannot be written to, in a few words.</summary>
    /// <param name="exception">The error.</param>
    public static string Describe(Exception exception) => exception switch
    {
        _ when IsFull(exception) => "the disk is full",
        _ when IsOutOfDescriptors(exception) => "too many files are open",
        IOException { HResult: ReadOnly } when !OperatingSystem.IsWindows() => "the file system is read-only",
        UnauthorizedAccessException => "its permissions do not allow it",
        _ => exception.Message.TrimEnd('.'),
    };
}
