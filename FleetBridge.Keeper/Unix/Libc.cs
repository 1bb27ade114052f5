using System.Runtime.InteropServices;

namespace FleetBridge.Keeper.Unix;

/// <summary>What the framework has no calls for.</summary>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4; // EINTR
    public const int NoChild = 10; // ECHILD
    public const int NoProcess = 3; // ESRCH
    public const int Kill = 9;
    public const int Term = 15;
    public const int WaitNoHang = 1;
    public const int WaitExited = 4;
    public const short PollIn = 1;
    public const short PollOut = 4;

    private const int Subreaper = 36; // PR_SET_CHILD_SUBREAPER

    /// <summary>EAGAIN.</summary>
    public static int Again { get; } = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>WNOWAIT: the process stays, so that its id cannot become another's.</summary>
    public static int WaitNoReap { get; } = OperatingSystem.IsMacOS() ? 0x20 : 0x01000000;

    public static int NonBlocking { get; } = OperatingSystem.IsMacOS() ? 4 : 0x800;

    /// <summary>POSIX_SPAWN_SETSID, on macOS with POSIX_SPAWN_CLOEXEC_DEFAULT.</summary>
    public static int SpawnSetSession { get; } = OperatingSystem.IsMacOS() ? 0x4400 : 0x80;

    public const int SpawnSetDefaults = 4;
    public const int SpawnSetMask = 8;

    /// <summary>Orphans of the server become this process's children, and can be ended and waited for.</summary>
    public static void BecomeSubreaper()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = prctl(Subreaper, 1, 0, 0, 0);
        }
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc")]
    public static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    public static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int kind, int id, int* info, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe(int* ends);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    [LibraryImport("libc")]
    public static partial int dup2(int descriptor, int target);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(Waited* waited, nuint count, int milliseconds);

    [LibraryImport("libc")]
    public static partial int sigfillset(byte* set);

    [LibraryImport("libc")]
    public static partial int sigemptyset(byte* set);

    [LibraryImport("libc")]
    public static partial int sigdelset(byte* set, int number);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int target);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, string path);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(int* pid, string path, byte* actions, byte* attributes, nint* arguments, nint* variables);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Waited
    {
        public int Descriptor;
        public short Events;
        public short Results;
    }
}
