using System.Text;
using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A file being packed, and what the zip's central directory says about it.</summary>
/// <param name="file">The file.</param>
internal sealed class ZipEntry(PackageFile file)
{
    /// <summary>S_IFREG of stat(2): zips made on Unix have the whole mode.</summary>
    private const uint RegularFile = 0x8000;

    private const UnixFileMode Permissions = (UnixFileMode)0x1ff;
    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable =
        Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private UnixFileMode? _guessedMode;

    public PackageFile File => file;

    public byte[] Name { get; } = Encoding.UTF8.GetBytes(file.Name);

    /// <summary>
    /// Whether its sizes are written with 64 bits. A streaming reader learns that from the local header, so it is decided before the
    /// compressed size is known.
    /// </summary>
    public bool IsLarge { get; } = BlockDeflater.LargestOutput(file.Size) >= uint.MaxValue;

    public long Offset { get; set; }

    public long CompressedSize { get; set; }

    public uint Crc { get; set; }

    /// <summary>The upper half of the external attributes.</summary>
    public uint UnixMode => RegularFile | (uint)((file.Mode ?? _guessedMode ?? Plain) & Permissions);

    /// <summary>
    /// Windows has no executable bit, and most Linux servers are cross-compiled there: a file that begins like a program or a script
    /// gets the bit, so that the fleet can start it.
    /// </summary>
    /// <returns>Whether it got the bit.</returns>
    public bool GuessMode(ReadOnlySpan<byte> beginning)
    {
        if (file.Mode is not null)
        {
            return false;
        }

        var isExecutable = ExecutableHeader.Of(beginning).Format is ExecutableFormat.Elf or ExecutableFormat.Script;
        _guessedMode = isExecutable ? Executable : Plain;
        return isExecutable;
    }
}
