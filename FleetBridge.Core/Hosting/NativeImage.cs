using System.Buffers;
using System.Buffers.Binary;

namespace FleetBridge.Core.Hosting;

/// <summary>Assemblies as files: whether they were compiled ahead of time (ReadyToRun), and their metadata.</summary>
/// <remarks>The few fields are read here and not with the framework's PEReader, whose two assemblies would be loaded for it
/// before the first response. Offsets are those of Microsoft's "PE Format" and of IMAGE_COR20_HEADER in corhdr.h.</remarks>
internal static class NativeImage
{
    private const int PeOffset = 0x3C;
    private const uint PeSignature = 0x4550;
    private const int CoffHeader = 24;
    private const ushort Pe32Plus = 0x20B;
    private const int RuntimeHeaderDirectory = 14 * 8;
    private const int SectionHeader = 40;
    private const int NativeHeaderSize = 68;
    private const int MetadataDirectory = 8;
    private const int PieceSize = 16 * 1024;

    /// <summary>Whether an assembly contains native code. The runtime uses it outside collectible contexts only
    /// (<c>ReadyToRunInfo::Initialize</c> in its source: "disabled - collectible module").</summary>
    /// <param name="assembly">The assembly's path.</param>
    /// <exception cref="BadImageFormatException">It is not a program or library of Windows' format.</exception>
    public static bool IsIn(string assembly)
    {
        using var file = File.OpenRead(assembly);
        var (pe, optional, header) = FindRuntimeHeader(file, assembly);
        return header != 0 && ReadInt32(file, Locate(file, pe, optional, header) + NativeHeaderSize) > 0;
    }

    /// <summary>Whether an assembly's metadata contains some bytes.</summary>
    /// <remarks>It is read piece by piece: the metadata of an SDK is megabytes, which would stay in memory until a collection.</remarks>
    /// <param name="assembly">The assembly's path.</param>
    /// <param name="bytes">The bytes.</param>
    /// <returns>False also where it is no assembly.</returns>
    /// <exception cref="BadImageFormatException">It is not a program or library of Windows' format.</exception>
    public static bool MetadataContains(string assembly, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenRead(assembly);
        var (pe, optional, header) = FindRuntimeHeader(file, assembly);
        if (header == 0)
        {
            return false;
        }

        var directory = Locate(file, pe, optional, header) + MetadataDirectory;
        var (address, left) = (ReadInt32(file, directory), ReadInt32(file, directory + 4));
        if (left < 0 || left > file.Length)
        {
            throw new BadImageFormatException("Its metadata is larger than the file.", assembly);
        }

        var position = Locate(file, pe, optional, address);
        var buffer = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (left >= bytes.Length)
            {
                var piece = buffer.AsSpan(0, Math.Min(left, buffer.Length));
                Read(file, position, piece);
                if (piece.IndexOf(bytes) >= 0)
                {
                    return true;
                }

                // what begins at the end of a piece is looked for in the next one
                var step = piece.Length == left ? left : piece.Length - bytes.Length + 1;
                position += step;
                left -= step;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (int Pe, long Optional, int Header) FindRuntimeHeader(FileStream file, string assembly)
    {
        var pe = ReadInt32(file, PeOffset);
        if (ReadInt32(file, pe) != PeSignature)
        {
            throw new BadImageFormatException("It has no PE header.", assembly);
        }

        var optional = (long)pe + CoffHeader;
        var directories = optional + (ReadUInt16(file, optional) == Pe32Plus ? 112 : 96);
        return (pe, optional, ReadInt32(file, directories + RuntimeHeaderDirectory));
    }

    /// <summary>Finds where an address in memory is in the file: in which section.</summary>
    private static long Locate(FileStream file, int pe, long optional, int address)
    {
        var sections = optional + ReadUInt16(file, pe + 20);
        for (var i = ReadUInt16(file, pe + 6) - 1; i >= 0; i--)
        {
            var section = sections + (i * SectionHeader);
            var offset = address - ReadInt32(file, section + 12);
            if (offset >= 0 && offset < ReadInt32(file, section + 16))
            {
                return ReadInt32(file, section + 20) + (long)offset;
            }
        }

        throw new BadImageFormatException("The header of the runtime is in no section.", file.Name);
    }

    private static int ReadInt32(FileStream file, long position)
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(file, position, bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static ushort ReadUInt16(FileStream file, long position)
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(file, position, bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private static void Read(FileStream file, long position, Span<byte> bytes)
    {
        if (position < 0 || RandomAccess.Read(file.SafeFileHandle, bytes, position) < bytes.Length)
        {
            throw new BadImageFormatException("It ends too early.", file.Name);
        }
    }
}
