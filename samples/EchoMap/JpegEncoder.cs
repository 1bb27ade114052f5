namespace EchoMap;

/// <summary>
/// A baseline JPEG encoder (ITU-T T.81): three components without subsampling, one quantisation table, and the Huffman tables of its
/// annex K.3 for luminance. It is as small as an encoder can be, and not as fast.
/// </summary>
internal static class JpegEncoder
{
    private const int Block = 8;
    private const int Quantum = 12;

    private static readonly byte[] DcCounts = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] DcValues = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    private static readonly byte[] AcCounts = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D];

    private static readonly byte[] AcValues = Convert.FromHexString(
        "01020300041105122131410613516107227114328191A1082342B1C11552D1F02433627282090A161718191A25262728292A3435363738393A434445464748494A"
        + "535455565758595A636465666768696A737475767778797A838485868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7"
        + "C8C9CAD2D3D4D5D6D7D8D9DAE1E2E3E4E5E6E7E8E9EAF1F2F3F4F5F6F7F8F9FA");

    private static readonly int[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private static readonly (int Code, int Length)[] DcCodes = CodesOf(DcCounts, DcValues);
    private static readonly (int Code, int Length)[] AcCodes = CodesOf(AcCounts, AcValues);
    private static readonly double[] Cosines = [.. Enumerable.Range(0, Block * Block).Select(at =>
        (at / Block == 0 ? Math.Sqrt(1.0 / Block) : Math.Sqrt(2.0 / Block)) * Math.Cos(((2 * (at % Block)) + 1) * (at / Block) * Math.PI / (2 * Block)))];

    /// <summary>Encodes a picture.</summary>
    /// <param name="pixels">Its pixels as 0xRRGGBB, row by row.</param>
    /// <param name="width">A multiple of 8.</param>
    /// <param name="height">A multiple of 8.</param>
    /// <returns>The file.</returns>
    public static byte[] Encode(int[] pixels, int width, int height)
    {
        using var file = new MemoryStream();
        WriteHead(file, width, height);
        var bits = new Bits(file);
        var before = new int[3];
        var samples = new double[Block * Block];
        for (var top = 0; top < height; top += Block)
        {
            for (var left = 0; left < width; left += Block)
            {
                for (var component = 0; component < 3; component++)
                {
                    for (var at = 0; at < samples.Length; at++)
                    {
                        samples[at] = Sample(pixels[((top + (at / Block)) * width) + left + (at % Block)], component);
                    }

                    before[component] = WriteBlock(bits, Transform(samples), before[component]);
                }
            }
        }

        bits.End();
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private static void WriteHead(MemoryStream file, int width, int height)
    {
        file.Write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        file.Write([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)Quantum, Block * Block)]);
        file.Write([0xFF, 0xC0, 0, 17, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
        file.Write([0xFF, 0xC4, 0, (byte)(19 + DcValues.Length), 0x00, .. DcCounts, .. DcValues]);
        file.Write([0xFF, 0xC4, 0, (byte)(19 + AcValues.Length), 0x10, .. AcCounts, .. AcValues]);
        file.Write([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    }

    /// <summary>Y, Cb or Cr of JFIF, around zero.</summary>
    private static double Sample(int pixel, int component)
    {
        var (red, green, blue) = (pixel >> 16 & 0xFF, pixel >> 8 & 0xFF, pixel & 0xFF);
        return component switch
        {
            0 => (0.299 * red) + (0.587 * green) + (0.114 * blue) - 128,
            1 => (-0.168736 * red) - (0.331264 * green) + (0.5 * blue),
            _ => (0.5 * red) - (0.418688 * green) - (0.081312 * blue),
        };
    }

    /// <summary>The discrete cosine transform, rows and then columns, quantised, in zigzag order.</summary>
    private static int[] Transform(double[] samples)
    {
        var rows = new double[samples.Length];
        for (var at = 0; at < samples.Length; at++)
        {
            for (var x = 0; x < Block; x++)
            {
                rows[at] += samples[(at / Block * Block) + x] * Cosines[(at % Block * Block) + x];
            }
        }

        var result = new int[samples.Length];
        for (var at = 0; at < samples.Length; at++)
        {
            var (v, u) = (ZigZag[at] / Block, ZigZag[at] % Block);
            var sum = 0.0;
            for (var y = 0; y < Block; y++)
            {
                sum += rows[(y * Block) + u] * Cosines[(v * Block) + y];
            }

            result[at] = (int)Math.Round(sum / Quantum);
        }

        return result;
    }

    private static int WriteBlock(Bits bits, int[] coefficients, int before)
    {
        WriteValue(bits, DcCodes, 0, coefficients[0] - before);
        var zeros = 0;
        for (var at = 1; at < coefficients.Length; at++)
        {
            if (coefficients[at] == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros > 15; zeros -= 16)
            {
                bits.Write(AcCodes[0xF0]);
            }

            WriteValue(bits, AcCodes, zeros << 4, coefficients[at]);
            zeros = 0;
        }

        if (zeros > 0)
        {
            bits.Write(AcCodes[0]);
        }

        return coefficients[0];
    }

    /// <summary>How many bits a value has, as a Huffman code, and then the bits; negative ones less one.</summary>
    private static void WriteValue(Bits bits, (int Code, int Length)[] codes, int run, int value)
    {
        var length = 32 - int.LeadingZeroCount(Math.Abs(value));
        bits.Write(codes[run | length]);
        bits.Write((value < 0 ? value - 1 & ((1 << length) - 1) : value, length));
    }

    private static (int Code, int Length)[] CodesOf(byte[] counts, byte[] values)
    {
        var codes = new (int, int)[256];
        var (code, next) = (0, 0);
        for (var length = 1; length <= counts.Length; length++, code <<= 1)
        {
            for (var count = 0; count < counts[length - 1]; count++)
            {
                codes[values[next++]] = (code++, length);
            }
        }

        return codes;
    }

    /// <summary>Bits as bytes; a byte of ones is followed by zero, so that it is no marker.</summary>
    private sealed class Bits(MemoryStream file)
    {
        private int _held;
        private int _count;

        public void Write((int Value, int Length) bits)
        {
            for (var at = bits.Length - 1; at >= 0; at--)
            {
                _held = (_held << 1) | (bits.Value >> at & 1);
                if (++_count == 8)
                {
                    file.WriteByte((byte)_held);
                    if (_held == 0xFF)
                    {
                        file.WriteByte(0);
                    }

                    (_held, _count) = (0, 0);
                }
            }
        }

        /// <summary>Fills the last byte with ones.</summary>
        public void End() => Write(((1 << 7) - 1, _count == 0 ? 0 : 8 - _count));
    }
}
