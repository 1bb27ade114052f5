using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Fleet.Installers;

/// <summary>
/// The disk of this machine. On Linux one call writes the whole file system (syncfs(2)), since a game has thousands of files and a journal
/// is written for each fsync(2). Windows has no call for the names in a folder: NTFS keeps them in its own journal.
/// </summary>
internal sealed partial class DiskFlush : IDiskFlush
{
    // open(2) on Linux; O_RDONLY is 0 everywhere
    private const int ReadOnly = 0;
    private const int LinuxCloseOnExec = 0x80000;

    // errno(3): what says "not here", in contrast to a disk that is full or broken
    private const int BadRequest = 22;
    private const int NoCall = 38;
    private const int NotSupported = 95;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public void Tree(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            Flush(folder, FlushFileSystem);
            return;
        }

        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", All))
        {
            if (entry.LinkTarget is not null)
            {
                continue;
            }

            if (entry is DirectoryInfo)
            {
                Tree(entry.FullName);
            }
            else if (!entry.Attributes.HasFlag(FileAttributes.ReadOnly))
            {
                using var file = File.OpenHandle(
                    entry.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.FlushToDisk(file);
            }
        }

        Names(folder);
    }

    public void Names(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Flush(folder, FlushFile);
        }
    }

    private static void Flush(string folder, Func<SafeFileHandle, int> flush)
    {
        // the framework opens no folders
        using var handle = Open(folder, OperatingSystem.IsLinux() ? ReadOnly | LinuxCloseOnExec : ReadOnly);
        if (handle.IsInvalid || flush(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (handle.IsInvalid || error is not (BadRequest or NoCall or NotSupported))
            {
                throw new IOException($"{folder} cannot be written to the disk: {Marshal.GetPInvokeErrorMessage(error)}", error);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushFile(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushFileSystem(SafeFileHandle file);
}
