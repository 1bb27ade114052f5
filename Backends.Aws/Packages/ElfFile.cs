namespace FleetBridge.Backends.Aws.Packages;

/// <summary>A program of Linux: the tables of elf(5), for 64 bits and little-endian.</summary>
internal static class ElfFile
{
    private const int HeaderLength = 64;
    private const int SegmentLength = 56;
    private const int EntryLength = 16;

    // more than any linker writes
    private const int MostSegments = 1024;
    private const int MostDynamicBytes = 256 * 1024;
    private const int MostNames = 1000;

    // e_type
    private const ushort Relocatable = 1;
    private const ushort Shared = 3;
    private const ushort Core = 4;

    // p_type
    private const uint Load = 1;
    private const uint Dynamic = 2;
    private const uint Interpreter = 3;

    // d_tag
    private const ulong Null = 0;
    private const ulong Needed = 1;
    private const ulong StringTable = 5;
    private const ulong StringTableSize = 10;
    private const ulong RPath = 15;
    private const ulong RunPath = 29;
    private const ulong Flags1 = 0x6ffffffb;
    private const ulong IsPie = 0x08000000;

    /// <summary>Reads the tables.</summary>
    /// <param name="file">The file, which begins as an ELF file.</param>
    public static ProgramParts Read(ForeignFile file)
    {
        if (file.Read(0, HeaderLength) is not { } header || header[4] == 1)
        {
            // too short to say anything, or of 32 bits
            return new ProgramParts();
        }

        if (header[4] != 2 || header[5] != 1)
        {
            return ProgramParts.Damaged;
        }

        var type = ForeignFile.U16(header, 16);
        var (offset, size, count) = (ForeignFile.U64(header, 32), ForeignFile.U16(header, 54), ForeignFile.U16(header, 56));
        if (count == 0)
        {
            return new ProgramParts { IsLibrary = type is Relocatable or Core };
        }

        if (size != SegmentLength || count > MostSegments)
        {
            return ProgramParts.Damaged;
        }

        if (file.Read(offset, count * SegmentLength) is not { } table)
        {
            return new ProgramParts { IsCutOff = true };
        }

        var segments = Enumerable.Range(0, count).Select(number => Segment.At(table, number * SegmentLength)).ToList();
        var parts = segments.Find(segment => segment.Type == Dynamic) is { Size: > 0 } dynamic
            ? ReadDynamic(file, dynamic, segments, mayBeLibrary: type == Shared && !segments.Exists(segment => segment.Type == Interpreter))
            : new ProgramParts();
        return parts with
        {
            IsLibrary = parts.IsLibrary || type is Relocatable or Core,
            IsCutOff = segments.Exists(segment => segment.Type == Load && !file.Has(segment.Offset, segment.Size)),
        };
    }

    private static ProgramParts ReadDynamic(ForeignFile file, Segment dynamic, List<Segment> segments, bool mayBeLibrary)
    {
        var table = file.ReadUpTo(dynamic.Offset, (int)Math.Min(dynamic.Size, MostDynamicBytes));
        var entries = new List<(ulong Tag, ulong Value)>();
        for (var at = 0; at + EntryLength <= table.Length && ForeignFile.U64(table, at) != Null; at += EntryLength)
        {
            entries.Add((ForeignFile.U64(table, at), ForeignFile.U64(table, at + 8)));
        }

        ulong? Find(ulong tag) => entries.Find(entry => entry.Tag == tag) is { Tag: not 0 } found ? found.Value : null;
        var isLibrary = mayBeLibrary && (Find(Flags1) & IsPie) is null or 0;
        if (Find(StringTable) is not { } address || OffsetOf(address, segments) is not { } strings)
        {
            return new ProgramParts { IsLibrary = isLibrary };
        }

        var size = Find(StringTableSize) ?? ulong.MaxValue;
        string? Name(ulong at) => at < size && strings <= ulong.MaxValue - at ? file.ReadName(strings + at) : null;
        return new ProgramParts
        {
            IsLibrary = isLibrary,
            Libraries = [.. entries.Where(entry => entry.Tag == Needed).Take(MostNames).Select(entry => Name(entry.Value)).OfType<string>()],

            // RUNPATH is used instead of RPATH where both are (ld.so(8))
            SearchFolders = (Find(RunPath) ?? Find(RPath)) is { } path && Name(path) is { } folders
                ? folders.Split(':', StringSplitOptions.RemoveEmptyEntries)
                : [],
        };
    }

    private static ulong? OffsetOf(ulong address, List<Segment> segments) =>
        segments.Find(segment => segment.Type == Load && address >= segment.Address && address - segment.Address < segment.Size) is { Size: > 0 } found
        && found.Offset <= ulong.MaxValue - (address - found.Address)
            ? found.Offset + (address - found.Address)
            : null;

    private readonly record struct Segment(uint Type, ulong Offset, ulong Address, ulong Size)
    {
        public static Segment At(byte[] table, int at) => new(
            ForeignFile.U32(table, at), ForeignFile.U64(table, at + 8), ForeignFile.U64(table, at + 16), ForeignFile.U64(table, at + 32));
    }
}
