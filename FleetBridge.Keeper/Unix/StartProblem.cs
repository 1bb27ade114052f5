using System.Runtime.InteropServices;
using System.Text;

namespace FleetBridge.Keeper.Unix;

/// <summary>Why a program did not start, as a user can fix it.</summary>
internal static class StartProblem
{
    private const int NotFound = 2; // ENOENT
    private const int NotExecutable = 8; // ENOEXEC
    private const int Denied = 13; // EACCES
    private const int MostHead = 4096;

    /// <summary>The problem of an error of posix_spawn(3).</summary>
    public static KeeperStartException Explain(string program, int error) => error switch
    {
        // the kernel says so too when what has to load the program is not there
        NotFound when File.Exists(program) => MissingLoader(program),
        NotFound => new("no_program", $"There is no {program}."),
        Denied => new("not_executable", $"{program} may not be run. 'chmod +x' allows it, unless its disk is mounted with noexec."),
        NotExecutable => new("wrong_format", $"{program} is no program for this system."),
        _ => new("not_started", $"{program} cannot be started: {Marshal.GetPInvokeErrorMessage(error)}."),
    };

    private static KeeperStartException MissingLoader(string program)
    {
        var head = new byte[MostHead];
        try
        {
            using var file = File.OpenHandle(program);
            head = head[..RandomAccess.Read(file, head, 0)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new("no_loader", $"What has to load {program} is not installed.");
        }

        if (head is [(byte)'#', (byte)'!', ..])
        {
            var line = Encoding.UTF8.GetString(head.AsSpan(2)).Split('\n')[0].Trim();
            return new("no_interpreter", $"{program} is a script for {line}, which is not there (or its lines end with CR).");
        }

        // ELF: the class is the fifth byte (elf(5))
        return head is [0x7f, (byte)'E', (byte)'L', (byte)'F', 1, ..]
            ? new("missing_32_bit_libraries",
                $"{program} is a 32-bit program, and the 32-bit libraries are not installed. On Debian and Ubuntu: "
                + "dpkg --add-architecture i386 && apt-get update && apt-get install libc6:i386 lib32gcc-s1.")
            : new("no_loader", $"What has to load {program} is not installed: it was built for another Linux.");
    }
}
