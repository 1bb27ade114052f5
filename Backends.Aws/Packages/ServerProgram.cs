using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packages;

/// <summary>A file that is to be started, as far as its content tells whether it can be.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Header">What it is.</param>
/// <param name="Parts">What it says of its parts.</param>
/// <param name="IsPointer">Whether it is what Git LFS puts in a file's place until the file is fetched.</param>
internal sealed record ServerProgram(string Path, long Length, ExecutableHeader Header, ProgramParts Parts, bool IsPointer)
{
    /// <summary>The system's name for people; null when it is no program.</summary>
    public string? System => Header.Format switch
    {
        ExecutableFormat.Elf => "Linux",
        ExecutableFormat.Pe => "Windows",
        ExecutableFormat.MachO => "macOS",
        _ => null,
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static ServerProgram Read(string path)
    {
        using var file = new ForeignFile(path);
        var beginning = file.ReadUpTo(0, ExecutableHeader.Length);
        var header = ExecutableHeader.Of(beginning);
        return new ServerProgram(
            path,
            file.Length,
            header,
            header.Format switch
            {
                ExecutableFormat.Elf => ElfFile.Read(file),
                ExecutableFormat.Pe => PeFile.Read(file),
                _ => new ProgramParts(),
            },
            beginning.AsSpan().StartsWith("version https://git-lfs.github.com/"u8));
    }

    /// <summary>The machine in AWS's words.</summary>
    public static string NameOf(ExecutableMachine machine) => machine switch
    {
        ExecutableMachine.X86 => "32-bit x86",
        ExecutableMachine.X64 => "x86-64",
        ExecutableMachine.Arm64 => "arm64",
        _ => "another processor",
    };
}
