namespace FleetBridge.Backends.Aws.Packages;

/// <summary>A program of Windows: the tables of Microsoft's "PE Format".</summary>
internal static class PeFile
{
    private const int DosHeaderLength = 64;
    private const int SignatureOffset = 0x3c;
    private const int CoffLength = 24;
    private const int SectionLength = 40;
    private const int ImportLength = 20;
    private const int ImportName = 12;

    // more than any linker writes
    private const int MostStubBytes = 64 * 1024;
    private const int MostSections = 1024;
    private const int MostImports = 1000;

    private const ushort IsDll = 0x2000;
    private const ushort Pe32 = 0x10b;
    private const ushort Pe32Plus = 0x20b;

    /// <summary>Reads the tables.</summary>
    /// <param name="file">The file, which begins as a Windows program.</param>
    public static ProgramParts Read(ForeignFile file)
    {
        if (file.Read(0, DosHeaderLength) is not { } dos)
        {
            // too short to say anything
            return new ProgramParts();
        }

        ulong at = ForeignFile.U32(dos, SignatureOffset);
        var coff = file.ReadUpTo(at, CoffLength);
        if (coff.Length == 0)
        {
            // an offset behind the end is that of a file that was cut off, if it is none that no linker writes
            return at is >= DosHeaderLength and < MostStubBytes ? new ProgramParts { IsCutOff = true } : ProgramParts.Damaged;
        }

        if (!coff.AsSpan().StartsWith("PE\0\0"u8))
        {
            return ProgramParts.Damaged;
        }

        if (coff.Length < CoffLength)
        {
            // too short to say more
            return new ProgramParts();
        }

        var (sections, optionalLength) = (ForeignFile.U16(coff, 6), ForeignFile.U16(coff, 20));
        var isLibrary = (ForeignFile.U16(coff, 22) & IsDll) != 0;
        if (sections > MostSections)
        {
            return ProgramParts.Damaged;
        }

        if (file.Read(at + CoffLength, optionalLength) is not { } optional
            || file.Read(at + CoffLength + optionalLength, sections * SectionLength) is not { } table)
        {
            return new ProgramParts { IsCutOff = true, IsLibrary = isLibrary };
        }

        var map = Enumerable.Range(0, sections).Select(number => Section.At(table, number * SectionLength)).ToList();
        return new ProgramParts
        {
            IsLibrary = isLibrary,
            IsCutOff = map.Exists(section => !file.Has(section.Offset, section.Size)),
            Libraries = ImportsAddress(optional) is { } address && OffsetOf(address, map) is { } imports ? [.. Imports(file, imports, map)] : [],
        };
    }

    /// <summary>The address of the import table: the second of the data directories, whose number is before them.</summary>
    private static uint? ImportsAddress(byte[] optional)
    {
        var directories = optional.Length < 2 ? 0 : ForeignFile.U16(optional, 0) switch
        {
            Pe32 => 96,
            Pe32Plus => 112,
            _ => 0,
        };
        return directories > 0 && optional.Length >= directories + 16 && ForeignFile.U32(optional, directories - 4) >= 2
            && ForeignFile.U32(optional, directories + 8) is var address and > 0
                ? address
                : null;
    }

    private static IEnumerable<string> Imports(ForeignFile file, ulong table, List<Section> map)
    {
        for (var number = 0; number < MostImports && file.Read(table, ImportLength) is { } import; number++, table += ImportLength)
        {
            var name = ForeignFile.U32(import, ImportName);
            if (name == 0)
            {
                yield break;
            }

            if (OffsetOf(name, map) is { } offset && file.ReadName(offset) is { } library)
            {
                yield return library;
            }
        }
    }

    private static ulong? OffsetOf(uint address, List<Section> map) =>
        map.Find(section => address >= section.Address && address - section.Address < section.Size) is { Size: > 0 } found
            ? (ulong)found.Offset + (address - found.Address)
            : null;

    private readonly record struct Section(uint Address, uint Offset, uint Size)
    {
        /// <summary>A section of zeros has no part of the file.</summary>
        public static Section At(byte[] table, int at) => ForeignFile.U32(table, at + 20) is var offset and > 0
            ? new Section(ForeignFile.U32(table, at + 12), offset, ForeignFile.U32(table, at + 16))
            : default;
    }
}
