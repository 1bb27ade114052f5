using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Fleet.Installers;

/// <summary>A copy that shares its blocks with the original until one of them is written (Btrfs, XFS, bcachefs): ioctl_ficlone(2).</summary>
internal static partial class Reflink
{
    private const nuint CloneRequest = 0x40049409;

    // errno(3): what says "not here", in contrast to a disk that is full or broken
    private const int NotPermitted = 1;
    private const int OtherDevice = 18;
    private const int Invalid = 22;
    private const int NoTypewriter = 25;
    private const int TextBusy = 26;
    private const int NoCall = 38;
    private const int NotSupported = 95;

    /// <summary>Makes a file a clone of another.</summary>
    /// <param name="source">The original.</param>
    /// <param name="target">The empty file.</param>
    /// <returns>Whether it is one; false where the file system cannot.</returns>
    /// <exception cref="IOException">The disk is full or broken.</exception>
    public static bool TryClone(SafeFileHandle source, SafeFileHandle target)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        if (Control(target, CloneRequest, source) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is NotPermitted or OtherDevice or Invalid or NoTypewriter or TextBusy or NoCall or NotSupported
            ? false
            : throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle target, nuint request, SafeFileHandle source);
}
