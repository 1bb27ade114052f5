using System.Buffers.Binary;
using System.IO.Compression;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// Compresses a block with deflate (RFC 1951) independently of the block before. Its output ends on a byte boundary, with a sync
/// flush, so that blocks from all cores can be joined in one stream.
/// </summary>
internal static class BlockDeflater
{
    /// <summary>The size of a block in bytes: large compared with deflate's window of 32 KiB, small compared with memory.</summary>
    public const int BlockSize = 512 * 1024;

    /// <summary>The largest output of a block: zlib adds less than a 32nd to incompressible input.</summary>
    public const int OutputSize = BlockSize + (BlockSize / 16);

    /// <summary>The largest stored block of deflate (RFC 1951, 3.2.4: LEN has 16 bits).</summary>
    private const int StoredSize = ushort.MaxValue;

    private const int StoredHeaderSize = 5;

    // the sample that decides whether a block is worth compressing: a few places, a 16th of it in total
    private const int Samples = 8;
    private const int SampleSize = 4096;

    /// <summary>The block is compressed if its sample shrinks to less than this.</summary>
    private const double WorthIt = 0.98;

    /// <summary>An empty last block, which ends a stream of blocks.</summary>
    public static ReadOnlySpan<byte> End => [0x03, 0x00];

    /// <summary>The largest output for a file of this size, with its end.</summary>
    public static long LargestOutput(long size) => size + (size / 16) + 64;

    /// <summary>Compresses a block, or stores it if compression gains nothing.</summary>
    /// <param name="input">The block.</param>
    /// <param name="output">Receives the result; at least <see cref="OutputSize"/> long.</param>
    /// <returns>The length of the result.</returns>
    public static int Deflate(ReadOnlySpan<byte> input, byte[] output)
    {
        if (input.IsEmpty)
        {
            return 0;
        }

        if (input.Length < BlockSize / 2 || Shrinks(input, output))
        {
            var compressed = Compress(input, output, CompressionLevel.Optimal);
            if (compressed < input.Length)
            {
                return compressed;
            }
        }

        return Store(input, output);
    }

    private static int Compress(ReadOnlySpan<byte> input, byte[] output, CompressionLevel level)
    {
        using var target = new MemoryStream(output);
        using var deflate = new DeflateStream(target, level, leaveOpen: true);
        deflate.Write(input);
        deflate.Flush();

        // disposing appends an end mark behind this position, which is not used
        return (int)target.Position;
    }

    private static bool Shrinks(ReadOnlySpan<byte> input, byte[] scratch)
    {
        Span<byte> sample = stackalloc byte[Samples * SampleSize];
        for (var i = 0; i < Samples; i++)
        {
            var at = (int)((long)(input.Length - SampleSize) * i / (Samples - 1));
            input.Slice(at, SampleSize).CopyTo(sample[(i * SampleSize)..]);
        }

        return Compress(sample, scratch, CompressionLevel.Optimal) < sample.Length * WorthIt;
    }

    private static int Store(ReadOnlySpan<byte> input, byte[] output)
    {
        var at = 0;
        while (!input.IsEmpty)
        {
            var length = Math.Min(input.Length, StoredSize);
            output[at] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(output.AsSpan(at + 1), (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(output.AsSpan(at + 3), (ushort)~length);
            input[..length].CopyTo(output.AsSpan(at + StoredHeaderSize));
            at += StoredHeaderSize + length;
            input = input[length..];
        }

        return at;
    }
}
