using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Files;

/// <summary>
/// The status of a file from the system's own call: statx(2) on Linux, whose record is the same on every processor, and stat(2)
/// with 64-bit inodes on macOS.
/// </summary>
internal static partial class UnixStatus
{
    private const int RecordLength = 256;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    // errno(3); ENOSYS, where the call does not exist, is neither of them
    private const int NoEntry = 2;
    private const int NotPermitted = 13;
    private const int NotFolder = 20;
    private const int LoopOnLinux = 40;
    private const int LoopOnMac = 62;

    private const uint TypeMask = 0xf000;

    /// <summary>Reads the status of what a path leads to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLinks">Whether a link counts as what it points to.</param>
    /// <param name="status">The status, where there is one.</param>
    /// <returns>Whether something is there; null when this system cannot be asked.</returns>
    public static bool? TryRead(string path, bool followLinks, out FileStatus status)
    {
        status = default;
        Span<byte> record = stackalloc byte[RecordLength];
        int result;
        if (OperatingSystem.IsLinux())
        {
            result = StatX(CurrentFolder, path, followLinks ? 0 : NoFollow, BasicStats, ref MemoryMarshal.GetReference(record));
        }
        else if (OperatingSystem.IsMacOS())
        {
            ref var first = ref MemoryMarshal.GetReference(record);
            result = (followLinks, IsOldMac) switch
            {
                (true, true) => Stat64(path, ref first),
                (true, false) => Stat(path, ref first),
                (false, true) => LinkStat64(path, ref first),
                (false, false) => LinkStat(path, ref first),
            };
        }
        else
        {
            return null;
        }

        if (result == 0)
        {
            status = Parse(record);
            return true;
        }

        return Marshal.GetLastPInvokeError() is NoEntry or NotPermitted or NotFolder or LoopOnLinux or LoopOnMac ? false : null;
    }

    /// <summary>Reads the status of an open file.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="status">The status.</param>
    /// <returns>Whether the system told it.</returns>
    public static bool TryRead(SafeFileHandle handle, out FileStatus status)
    {
        Span<byte> record = stackalloc byte[RecordLength];
        ref var first = ref MemoryMarshal.GetReference(record);
        var result = OperatingSystem.IsLinux() ? StatX(handle, "", EmptyPath, BasicStats, ref first)
            : !OperatingSystem.IsMacOS() ? -1
            : IsOldMac ? HandleStat64(handle, ref first) : HandleStat(handle, ref first);
        status = result == 0 ? Parse(record) : default;
        return result == 0;
    }

    /// <summary>On Intel's processors the names without a suffix belong to records of 32-bit inodes.</summary>
    private static bool IsOldMac => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static FileStatus Parse(ReadOnlySpan<byte> record)
    {
        // struct statx: stx_uid, stx_mode, stx_size; struct stat of Darwin: st_uid, st_mode, st_size
        var (owner, mode, size) = OperatingSystem.IsLinux() ? (20, 28, 40) : (16, 4, 96);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(record[mode..]);
        var kind = (bits & TypeMask) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xa000 => FileKind.Link,
            0x1000 => FileKind.Pipe,
            0xc000 => FileKind.Socket,
            _ => FileKind.Device,
        };
        return new FileStatus(
            kind,
            BinaryPrimitives.ReadInt64LittleEndian(record[size..]),
            BinaryPrimitives.ReadUInt32LittleEndian(record[owner..]),
            (UnixFileMode)(bits & 0xfff));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte record);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle handle, string path, int flags, uint mask, ref byte record);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat(string path, ref byte record);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Stat64(string path, ref byte record);

    [LibraryImport("libc", EntryPoint = "lstat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStat(string path, ref byte record);

    [LibraryImport("libc", EntryPoint = "lstat$INODE64", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int LinkStat64(string path, ref byte record);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HandleStat(SafeFileHandle handle, ref byte record);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HandleStat64(SafeFileHandle handle, ref byte record);
}
