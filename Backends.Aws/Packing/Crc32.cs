using System.Buffers.Binary;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// The checksum of a zip (ISO 3309, polynomial EDB88320), eight bytes at a time; System.IO.Hashing is not among the
/// packages that can be had.
/// </summary>
internal static class Crc32
{
    private const int Slices = 8;

    private static readonly uint[] Table = Fill();

    /// <summary>Goes on with a checksum.</summary>
    /// <param name="crc">The checksum of what came before; 0 for nothing.</param>
    /// <param name="bytes">What comes next.</param>
    /// <returns>The checksum of both.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> table = Table;
        crc = ~crc;
        while (bytes.Length >= Slices)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 * 256) + (int)(low & 0xff)]
                ^ table[(6 * 256) + (int)((low >> 8) & 0xff)]
                ^ table[(5 * 256) + (int)((low >> 16) & 0xff)]
                ^ table[(4 * 256) + (int)(low >> 24)]
                ^ table[(3 * 256) + (int)(high & 0xff)]
                ^ table[(2 * 256) + (int)((high >> 8) & 0xff)]
                ^ table[256 + (int)((high >> 16) & 0xff)]
                ^ table[(int)(high >> 24)];
            bytes = bytes[Slices..];
        }

        foreach (var value in bytes)
        {
            crc = table[(int)((crc ^ value) & 0xff)] ^ (crc >> 8);
        }

        return ~crc;
    }

    private static uint[] Fill()
    {
        var table = new uint[Slices * 256];
        for (var i = 0; i < 256; i++)
        {
            var crc = (uint)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }

            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
        {
            table[i] = (table[i - 256] >> 8) ^ table[table[i - 256] & 0xff];
        }

        return table;
    }
}
