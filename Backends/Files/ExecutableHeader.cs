using System.Buffers.Binary;

namespace FleetBridge.Backends.Files;

/// <summary>What a file is that is to be started, by its first bytes.</summary>
internal enum ExecutableFormat
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>A program of Linux.</summary>
    Elf,

    /// <summary>A program of Windows.</summary>
    Pe,

    /// <summary>A program of macOS.</summary>
    MachO,

    /// <summary>A script that names its interpreter behind <c>#!</c>.</summary>
    Script,
}

/// <summary>For which processors a program was built.</summary>
internal enum ExecutableMachine
{
    /// <summary>The file does not say, or it is too short.</summary>
    Unknown,

    /// <summary>Intel's and AMD's, 32 bits.</summary>
    X86,

    /// <summary>Intel's and AMD's, 64 bits.</summary>
    X64,

    /// <summary>ARM's, 64 bits.</summary>
    Arm64,

    /// <summary>Any other.</summary>
    Other,
}

/// <summary>The beginning of a program.</summary>
/// <param name="Format">What it is.</param>
/// <param name="Machine">For which processors.</param>
internal readonly record struct ExecutableHeader(ExecutableFormat Format, ExecutableMachine Machine)
{
    /// <summary>How many bytes are enough to see all of it.</summary>
    public const int Length = 4096;

    // elf(5): e_ident[EI_CLASS], e_ident[EI_DATA], e_machine
    private const int ElfClass = 4;
    private const int ElfData = 5;
    private const int ElfMachine = 18;
    private const byte LittleEndian = 1;
    private const byte BigEndian = 2;

    // PE format: the signature's offset is at 0x3c, and the machine behind the signature
    private const int PeOffset = 0x3c;

    /// <summary>Reads the first bytes of a file.</summary>
    /// <param name="beginning">Up to <see cref="Length"/> bytes.</param>
    public static ExecutableHeader Of(ReadOnlySpan<byte> beginning) => beginning switch
    {
        [0x7f, (byte)'E', (byte)'L', (byte)'F', ..] => new(ExecutableFormat.Elf, MachineOfElf(beginning)),
        [(byte)'M', (byte)'Z', ..] => new(ExecutableFormat.Pe, MachineOfPe(beginning)),
        [0xcf or 0xce, 0xfa, 0xed, 0xfe, ..] or [0xca, 0xfe, 0xba, 0xbe, ..] => new(ExecutableFormat.MachO, ExecutableMachine.Unknown),
        [(byte)'#', (byte)'!', ..] => new(ExecutableFormat.Script, ExecutableMachine.Unknown),
        _ => default,
    };

    private static ExecutableMachine MachineOfElf(ReadOnlySpan<byte> header) => header.Length < ElfMachine + 2
        ? ExecutableMachine.Unknown
        : (header[ElfClass], header[ElfData], BinaryPrimitives.ReadUInt16LittleEndian(header[ElfMachine..])) switch
        {
            (_, BigEndian, _) => ExecutableMachine.Other,
            (_, not LittleEndian, _) or (_, _, 0) => ExecutableMachine.Unknown,
            (_, _, 3) => ExecutableMachine.X86,
            (2, _, 62) => ExecutableMachine.X64,
            (2, _, 183) => ExecutableMachine.Arm64,
            (1 or 2, _, _) => ExecutableMachine.Other,
            _ => ExecutableMachine.Unknown,
        };

    private static ExecutableMachine MachineOfPe(ReadOnlySpan<byte> header)
    {
        if (header.Length < PeOffset + 4)
        {
            return ExecutableMachine.Unknown;
        }

        var offset = BinaryPrimitives.ReadUInt32LittleEndian(header[PeOffset..]);
        if (offset > header.Length - 6 || !header[(int)offset..].StartsWith("PE\0\0"u8))
        {
            return ExecutableMachine.Unknown;
        }

        return BinaryPrimitives.ReadUInt16LittleEndian(header[((int)offset + 4)..]) switch
        {
            0 => ExecutableMachine.Unknown,
            0x14c => ExecutableMachine.X86,
            0x8664 => ExecutableMachine.X64,
            0xaa64 => ExecutableMachine.Arm64,
            _ => ExecutableMachine.Other,
        };
    }
}
