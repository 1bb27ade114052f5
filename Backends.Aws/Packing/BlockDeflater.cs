using System.Buffers.Binary;
using System.IO.Compression;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// Makes deflate (RFC 1951) of a block that knows nothing of the block before: it ends on a byte, with a sync flush, so
/// that blocks made on all cores stand one behind the other in one stream.
/// </summary>
internal static class BlockDeflater
{
    /// <summary>How much is compressed at once, in bytes: large beside deflate's window of 32 KiB, small beside memory.</summary>
    public const int BlockSize = 512 * 1024;

    /// <summary>The most that a block can become: zlib adds less than a 32nd to what it cannot compress.</summary>
    public const int OutputSize = BlockSize + (BlockSize / 16);

    /// <summary>The most that a stored block of deflate holds (RFC 1951, 3.2.4: LEN has 16 bits).</summary>
    private const int StoredSize = ushort.MaxValue;

    private const int StoredHeaderSize = 5;

    // what is looked at to tell whether a block is worth the work: a few places, in all a 16th of it
    private const int Samples = 8;
    private const int SampleSize = 4096;

    /// <summary>What a sample has to shrink by, so that the block is compressed.</summary>
    private const double WorthIt = 0.98;

    /// <summary>An empty last block, which ends a stream of blocks.</summary>
    public static ReadOnlySpan<byte> End => [0x03, 0x00];

    /// <summary>The most that a file of this size can become, with its end.</summary>
    public static long LargestOutput(long size) => size + (size / 16) + 64;

    /// <summary>Compresses a block, or stores it when that would gain nothing.</summary>
    /// <param name="input">The block.</param>
    /// <param name="output">Takes the result; at least <see cref="OutputSize"/> long.</param>
    /// <returns>How long the result is.</returns>
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

        // disposing appends an end, which is not wanted here: it stands behind what counts
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
