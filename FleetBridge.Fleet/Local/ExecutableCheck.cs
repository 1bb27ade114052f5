using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FleetBridge.Fleet.Local;

/// <summary>Whether this machine can run an executable, from its first bytes: the system's own message would not say why.</summary>
internal static class ExecutableCheck
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int HeaderLength = 64;

    // ELF-64 object file format: e_machine is at 18
    private const int ElfMachine = 18;
    private const ushort ElfX64 = 62;
    private const ushort ElfArm64 = 183;

    /// <summary>Why it cannot run here, and what to do; null when it can.</summary>
    public static string? FindProblem(string executable)
    {
        if (Directory.Exists(executable))
        {
            return $"{executable} is a folder. Name the game server's executable in it.";
        }

        if (!File.Exists(executable))
        {
            return $"The game server's executable {executable} does not exist. Package the server, or correct the launch path.";
        }

        byte[] header;
        try
        {
            header = ReadHeader(executable);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"The game server's executable {executable} cannot be read: {exception.Message}";
        }

        if (SystemOf(header) is { } system && !RunsHere(system))
        {
            return $"{executable} is a {system} executable, and this machine runs {Here}. Package the server for {Here}.";
        }

        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(executable) & AnyExecute) == 0
            ? $"{executable} is not executable. Make it so with 'chmod +x \"{executable}\"'; archives made on Windows lose this mark."
            : null;
    }

    private static string Here => OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : $"Linux ({ArchitectureName})";

    private static string ArchitectureName => RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static bool RunsHere(string system) => system == (OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : Here);

    /// <summary>The system that a file is for; null for scripts, and for what only the system can tell.</summary>
    private static string? SystemOf(ReadOnlySpan<byte> header) => header switch
    {
        [(byte)'M', (byte)'Z', ..] => "Windows",
        [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] when header.Length > ElfMachine + 1 =>
            BinaryPrimitives.ReadUInt16LittleEndian(header[ElfMachine..]) switch
            {
                ElfX64 => "Linux (x64)",
                ElfArm64 => "Linux (arm64)",
                _ => null,
            },
        [0xCF, 0xFA, 0xED, 0xFE, ..] or [0xCA, 0xFE, 0xBA, 0xBE, ..] => "macOS",
        _ => null,
    };

    private static byte[] ReadHeader(string executable)
    {
        using var file = new FileStream(executable, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[HeaderLength];
        return header[..file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)];
    }
}
