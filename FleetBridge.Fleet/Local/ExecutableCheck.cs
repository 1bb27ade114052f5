using System.Runtime.InteropServices;
using FleetBridge.Backends.Files;

namespace FleetBridge.Fleet.Local;

/// <summary>Whether this machine can run an executable, from its first bytes: the system's own message would not say why.</summary>
internal static class ExecutableCheck
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

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

        ExecutableHeader header;
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
    private static string? SystemOf(ExecutableHeader header) => header switch
    {
        { Format: ExecutableFormat.Pe } => "Windows",
        { Format: ExecutableFormat.Elf, Machine: ExecutableMachine.X64 } => "Linux (x64)",
        { Format: ExecutableFormat.Elf, Machine: ExecutableMachine.Arm64 } => "Linux (arm64)",
        { Format: ExecutableFormat.MachO } => "macOS",
        _ => null,
    };

    private static ExecutableHeader ReadHeader(string executable)
    {
        using var file = new FileStream(UserFile.OpenHandle(executable, long.MaxValue), FileAccess.Read);
        var header = new byte[ExecutableHeader.Length];
        return ExecutableHeader.Of(header.AsSpan(0, file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false)));
    }
}
