using System.Buffers.Binary;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// The records of a zip, as in PKWARE's APPNOTE.TXT 6.3.10. Sizes and checksums follow each file (bit 3), since bytes that were
/// sent cannot be changed.
/// </summary>
internal static class ZipFormat
{
    private const uint LocalHeader = 0x04034b50;
    private const uint DataDescriptor = 0x08074b50;
    private const uint CentralHeader = 0x02014b50;
    private const uint Zip64End = 0x06064b50;
    private const uint Zip64Locator = 0x07064b50;
    private const uint End = 0x06054b50;

    private const ushort Zip64Extra = 0x0001;

    // Info-ZIP's extended timestamp: seconds of Unix time, where the DOS time has no zone
    private const ushort TimeExtra = 0x5455;
    private const byte ModificationTime = 1;

    private const ushort SizesFollow = 1 << 3;
    private const ushort NameIsUtf8 = 1 << 11;
    private const ushort Deflate = 8;
    private const ushort VersionNeeded = 20;
    private const ushort VersionNeededForZip64 = 45;
    private const ushort MadeOnUnix = 3 << 8;

    // the values that refer to the zip64 record
    private const uint InZip64Record = uint.MaxValue;
    private const ushort CountInZip64Record = ushort.MaxValue;

    /// <summary>The largest size of a file's records, by the length of its name.</summary>
    public static long LargestRecords(int nameLength) => 256 + (2L * nameLength);

    /// <summary>The local file header.</summary>
    public static byte[] LocalFileHeader(ZipEntry entry)
    {
        var record = new Record();
        record.Add(LocalHeader);
        record.Add(Version(entry.IsLarge));
        AddCommon(record, entry);
        record.Add(0u); // the checksum follows
        record.Add(entry.IsLarge ? InZip64Record : 0);
        record.Add(entry.IsLarge ? InZip64Record : 0);
        record.Add((ushort)entry.Name.Length);
        var extra = new Record();
        if (entry.IsLarge)
        {
            extra.Add(Zip64Extra);
            extra.Add((ushort)16);
            extra.Add(0UL);
            extra.Add(0UL);
        }

        AddTime(extra, entry);
        record.Add((ushort)extra.Length);
        record.Add(entry.Name);
        record.Add(extra.ToArray());
        return record.ToArray();
    }

    /// <summary>The data descriptor, which follows a file.</summary>
    public static byte[] DataDescriptorOf(ZipEntry entry)
    {
        var record = new Record();
        record.Add(DataDescriptor);
        record.Add(entry.Crc);
        if (entry.IsLarge)
        {
            record.Add((ulong)entry.CompressedSize);
            record.Add((ulong)entry.File.Size);
        }
        else
        {
            record.Add((uint)entry.CompressedSize);
            record.Add((uint)entry.File.Size);
        }

        return record.ToArray();
    }

    /// <summary>The file's header in the central directory.</summary>
    public static byte[] CentralDirectoryHeader(ZipEntry entry)
    {
        var far = entry.Offset >= InZip64Record;
        var extra = new Record();
        if (entry.IsLarge || far)
        {
            extra.Add(Zip64Extra);
            extra.Add((ushort)((entry.IsLarge ? 16 : 0) + (far ? 8 : 0)));
            if (entry.IsLarge)
            {
                extra.Add((ulong)entry.File.Size);
                extra.Add((ulong)entry.CompressedSize);
            }

            if (far)
            {
                extra.Add((ulong)entry.Offset);
            }
        }

        AddTime(extra, entry);
        var record = new Record();
        record.Add(CentralHeader);
        record.Add((ushort)(MadeOnUnix | VersionNeededForZip64));
        record.Add(Version(entry.IsLarge || far));
        AddCommon(record, entry);
        record.Add(entry.Crc);
        record.Add(entry.IsLarge ? InZip64Record : (uint)entry.CompressedSize);
        record.Add(entry.IsLarge ? InZip64Record : (uint)entry.File.Size);
        record.Add((ushort)entry.Name.Length);
        record.Add((ushort)extra.Length);
        record.Add((ushort)0); // no comment
        record.Add((ushort)0); // the first disk
        record.Add((ushort)0); // no internal attributes
        record.Add(entry.UnixMode << 16);
        record.Add(far ? InZip64Record : (uint)entry.Offset);
        record.Add(entry.Name);
        record.Add(extra.ToArray());
        return record.ToArray();
    }

    /// <summary>The end of the central directory.</summary>
    /// <param name="count">The number of files.</param>
    /// <param name="offset">The offset of the central directory.</param>
    /// <param name="size">Its size.</param>
    public static byte[] EndOfCentralDirectory(long count, long offset, long size)
    {
        var record = new Record();
        if (count >= CountInZip64Record || offset >= InZip64Record || size >= InZip64Record)
        {
            record.Add(Zip64End);
            record.Add(44UL); // the rest of this record
            record.Add((ushort)(MadeOnUnix | VersionNeededForZip64));
            record.Add(VersionNeededForZip64);
            record.Add(0u);
            record.Add(0u);
            record.Add((ulong)count);
            record.Add((ulong)count);
            record.Add((ulong)size);
            record.Add((ulong)offset);
            record.Add(Zip64Locator);
            record.Add(0u);
            record.Add((ulong)(offset + size));
            record.Add(1u); // disks
        }

        record.Add(End);
        record.Add((ushort)0);
        record.Add((ushort)0);
        record.Add((ushort)Math.Min(count, CountInZip64Record));
        record.Add((ushort)Math.Min(count, CountInZip64Record));
        record.Add((uint)Math.Min(size, InZip64Record));
        record.Add((uint)Math.Min(offset, InZip64Record));
        record.Add((ushort)0); // no comment
        return record.ToArray();
    }

    private static ushort Version(bool large) => large ? VersionNeededForZip64 : VersionNeeded;

    private static void AddCommon(Record record, ZipEntry entry)
    {
        record.Add((ushort)(SizesFollow | NameIsUtf8));
        record.Add(Deflate);
        var (date, time) = DosTime(entry.File.ModifiedUtc);
        record.Add(time);
        record.Add(date);
    }

    private static void AddTime(Record extra, ZipEntry entry)
    {
        var seconds = new DateTimeOffset(entry.File.ModifiedUtc, TimeSpan.Zero).ToUnixTimeSeconds();
        if (seconds is >= int.MinValue and <= int.MaxValue)
        {
            extra.Add(TimeExtra);
            extra.Add((ushort)5);
            extra.Add([ModificationTime]);
            extra.Add((uint)(int)seconds);
        }
    }

    /// <summary>In UTC, the time zone of GameLift's instances, so that this machine's time zone does not change the zip.</summary>
    private static (ushort Date, ushort Time) DosTime(DateTime time) => time.Year switch
    {
        < 1980 => ((1 << 5) | 1, 0),
        > 2107 => ((127 << 9) | (12 << 5) | 31, (23 << 11) | (59 << 5) | 29),
        _ => (
            (ushort)(((time.Year - 1980) << 9) | (time.Month << 5) | time.Day),
            (ushort)((time.Hour << 11) | (time.Minute << 5) | (time.Second / 2))),
    };

    /// <summary>Little-endian bytes, as in a zip.</summary>
    private sealed class Record
    {
        private readonly List<byte> _bytes = [];

        public int Length => _bytes.Count;

        public byte[] ToArray() => [.. _bytes];

        public void Add(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

        public void Add(ushort value)
        {
            Span<byte> bytes = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
            Add(bytes);
        }

        public void Add(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            Add(bytes);
        }

        public void Add(ulong value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
            Add(bytes);
        }
    }
}
