using System.Buffers.Binary;
using System.Text;
using FleetBridge.Backends.Files;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>A file that somebody else has made, read at any place: what it says of itself may be wrong, and lead nowhere.</summary>
internal sealed class ForeignFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens it.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public ForeignFile(string path)
    {
        _handle = UserFile.OpenHandle(path, long.MaxValue);
        Length = RandomAccess.GetLength(_handle);
    }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Reads some bytes; as many as there are, up to a limit.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="most">The limit.</param>
    public byte[] ReadUpTo(ulong offset, int most)
    {
        if (offset >= (ulong)Length)
        {
            return [];
        }

        var bytes = new byte[(int)Math.Min((ulong)most, (ulong)Length - offset)];
        var filled = 0;
        for (int read; filled < bytes.Length && (read = RandomAccess.Read(_handle, bytes.AsSpan(filled), (long)offset + filled)) > 0;)
        {
            filled += read;
        }

        return filled == bytes.Length ? bytes : bytes[..filled];
    }

    /// <summary>Reads bytes; null when the file does not have all of them.</summary>
    public byte[]? Read(ulong offset, int count) => ReadUpTo(offset, count) is var bytes && bytes.Length == count ? bytes : null;

    /// <summary>Reads a name that ends with a zero; null when there is none, or it is none.</summary>
    public string? ReadName(ulong offset)
    {
        const int longest = 512;
        var bytes = ReadUpTo(offset, longest);
        var end = Array.IndexOf(bytes, (byte)0);
        return end <= 0 || bytes.AsSpan(0, end).ContainsAnyInRange((byte)1, (byte)31) ? null : Encoding.UTF8.GetString(bytes, 0, end);
    }

    /// <summary>Whether a part that the file describes is in it.</summary>
    public bool Has(ulong offset, ulong size) => offset <= (ulong)Length && size <= (ulong)Length - offset;

    public static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    public static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    public static ulong U64(byte[] bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
}
