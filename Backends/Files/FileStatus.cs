using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Files;

/// <summary>
/// What the system knows of a file without opening it. The framework does not say whether a name leads to a pipe or a device, nor
/// whose a file is.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes; 0 for pipes and devices.</param>
/// <param name="Owner">The id of the user that it belongs to; 0 on Windows.</param>
/// <param name="Mode">Its permissions; none on Windows.</param>
internal readonly partial record struct FileStatus(FileKind Kind, long Length, uint Owner, UnixFileMode Mode)
{
    /// <summary>The permissions of everybody but the owner to write.</summary>
    public const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>All permissions of everybody but the owner.</summary>
    public const UnixFileMode OfOthers = WritableByOthers | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Looks at what a path leads to.</summary>
    /// <param name="path">The path.</param>
    /// <param name="followLinks">Whether a symbolic link counts as what it points to; if not, a link is a <see cref="FileKind.Link"/>.</param>
    /// <returns>The status; null when nothing is there, or it may not be looked at.</returns>
    public static FileStatus? Of(string path, bool followLinks = true)
    {
        // a path of the system ends at the first NUL, and would be another file's
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        return OperatingSystem.IsWindows() || UnixStatus.TryRead(path, followLinks, out var status) is not { } found
            ? OfFramework(path, followLinks)
            : found ? status : null;
    }

    /// <summary>Looks at an open file.</summary>
    /// <param name="handle">The file.</param>
    /// <returns>The status; null when the system does not tell.</returns>
    public static FileStatus? Of(SafeFileHandle handle) => OperatingSystem.IsWindows()
        ? new FileStatus(WindowsKind.Of(handle), 0, 0, UnixFileMode.None)
        : UnixStatus.TryRead(handle, out var status) ? status : null;

    /// <summary>What the framework knows: for Windows, and for systems whose calls we do not know.</summary>
    private static FileStatus? OfFramework(string path, bool followLinks)
    {
        try
        {
            var file = new FileInfo(path);
            if (followLinks && file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target)
            {
                file = new FileInfo(target.FullName);
            }

            var attributes = File.GetAttributes(file.FullName);
            var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : file.UnixFileMode;
            return file.LinkTarget is not null ? new FileStatus(FileKind.Link, 0, 0, mode)
                : attributes.HasFlag(FileAttributes.Directory) ? new FileStatus(FileKind.Folder, 0, 0, mode)
                : new FileStatus(FileKind.File, file.Length, 0, mode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static partial class WindowsKind
    {
        // the values of GetFileType in fileapi.h
        private const int Disk = 1;
        private const int Pipe = 3;

        public static FileKind Of(SafeFileHandle handle) => GetFileType(handle) switch
        {
            Disk => FileKind.File,
            Pipe => FileKind.Pipe,
            _ => FileKind.Device,
        };

        [LibraryImport("kernel32")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
        private static partial int GetFileType(SafeFileHandle handle);
    }
}
