using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Keeper.Unix;

/// <summary>
/// A server in a session and process group of its own, with default signals. It is a child of this process, and what it leaves behind
/// becomes one: no id of theirs is anybody else's before this process has waited for it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed unsafe class UnixServerProcess : IServerProcess
{
    private const int DescriptorFlags = 2; // F_SETFD
    private const int CloseOnExec = 1;
    private const int StatusFlags = 4; // F_SETFL
    private const int PipeSize = 1031; // F_SETPIPE_SZ
    private const int LargePipe = 1024 * 1024;
    private const int ReadSize = 64 * 1024;
    private const int StdinLimit = 2_000;
    private const int ReapInterval = 10;

    private readonly Lock _lock = new();
    private readonly int _stdin;
    private readonly int _output;
    private readonly long _memoryKills;
    private bool _hasEnded;
    private bool _isStopping;

    private UnixServerProcess(int pid, int stdin, int output, long memoryKills) =>
        (Pid, _stdin, _output, _memoryKills) = (pid, stdin, output, memoryKills);

    public int Pid { get; }

    /// <summary>Starts the server.</summary>
    /// <exception cref="KeeperStartException">It cannot be started.</exception>
    public static UnixServerProcess Start(Fields request)
    {
        Libc.BecomeSubreaper();
        var memoryKills = OutOfMemoryKills.Count();
        var (stdinRead, stdinWrite) = Pipe();
        var (outputRead, outputWrite) = Pipe();

        // what a burst prints waits there while the disk is slow
        _ = Libc.fcntl(outputRead, PipeSize, LargePipe);
        _ = Libc.fcntl(stdinWrite, StatusFlags, Libc.NonBlocking);
        int pid;
        try
        {
            pid = Spawn(request, stdinRead, outputWrite);
        }
        finally
        {
            _ = Libc.close(stdinRead);
            _ = Libc.close(outputWrite);
        }

        return new UnixServerProcess(pid, stdinWrite, outputRead, memoryKills);
    }

    public void ReadOutput(SpanAction write)
    {
        var buffer = new byte[ReadSize];
        fixed (byte* first = buffer)
        {
            while (true)
            {
                var length = Libc.read(_output, first, ReadSize);
                if (length > 0)
                {
                    write(buffer.AsSpan(0, (int)length));
                }
                else if (length == 0 || Marshal.GetLastPInvokeError() != Libc.Interrupted)
                {
                    return;
                }
            }
        }
    }

    public ProcessEnd Wait()
    {
        var info = stackalloc int[64];
        while (true)
        {
            // P_ALL; the process stays a zombie until the lock is held, so that nobody signals a stranger
            if (Libc.waitid(0, 0, info, Libc.WaitExited | Libc.WaitNoReap) != 0)
            {
                if (Marshal.GetLastPInvokeError() == Libc.Interrupted)
                {
                    continue;
                }

                return new ProcessEnd(null, null, false);
            }

            // siginfo_t: the id lies behind three numbers, and on 64-bit Linux a gap
            var ended = info[OperatingSystem.IsMacOS() || !Environment.Is64BitProcess ? 3 : 4];
            lock (_lock)
            {
                int status;
                _ = Libc.waitpid(ended, &status, 0);
                if (ended == Pid)
                {
                    _hasEnded = true;
                    return EndOf(status);
                }
            }
        }
    }

    public int EndRest(TimeSpan grace)
    {
        if (!OperatingSystem.IsLinux())
        {
            // without a subreaper only those are known that stayed in the group
            _ = Libc.kill(-Pid, Libc.Kill);
            return 0;
        }

        Reap();
        var rest = Descendants();
        if (rest.Count == 0)
        {
            return 0;
        }

        var since = Stopwatch.GetTimestamp();
        Signal(rest, Libc.Term);
        while (!Reap())
        {
            if (_isStopping ? Stopwatch.GetElapsedTime(since) > grace : Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(1))
            {
                Signal(Descendants(), Libc.Kill);
            }

            Pause.For(ReapInterval);
        }

        return rest.Count;
    }

    public string? WriteStdin(ReadOnlySpan<byte> line)
    {
        var bytes = new byte[line.Length + 1];
        line.CopyTo(bytes);
        bytes[^1] = (byte)'\n';
        var since = Stopwatch.GetTimestamp();
        var done = 0;
        fixed (byte* first = bytes)
        {
            while (done < bytes.Length)
            {
                var length = Libc.write(_stdin, first + done, (nuint)(bytes.Length - done));
                if (length > 0)
                {
                    done += (int)length;
                    continue;
                }

                var error = Marshal.GetLastPInvokeError();
                if (error == Libc.Interrupted)
                {
                    continue;
                }

                if (error != Libc.Again)
                {
                    return "It has closed its standard input.";
                }

                var left = StdinLimit - (int)Stopwatch.GetElapsedTime(since).TotalMilliseconds;
                var waited = new Libc.Waited { Descriptor = _stdin, Events = Libc.PollOut };
                if (left <= 0 || Libc.poll(&waited, 1, left) == 0)
                {
                    return done == 0 ? "It does not read its standard input, which is full." : "It has read only the beginning of the line.";
                }
            }
        }

        return null;
    }

    public string? Signal(string name)
    {
        if (Signals.Find(name) is not { } number)
        {
            return $"There is no signal {name} on this system.";
        }

        if (number == Libc.Kill)
        {
            KillTree();
            return null;
        }

        lock (_lock)
        {
            if (_hasEnded)
            {
                return "It has ended.";
            }

            _isStopping |= Signals.IsForGroup(number);
            return Libc.kill(Signals.IsForGroup(number) ? -Pid : Pid, number) == 0
                ? null
                : $"The signal was not sent: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.";
        }
    }

    public void KillTree()
    {
        lock (_lock)
        {
            _isStopping = false;
            if (!_hasEnded)
            {
                _ = Libc.kill(-Pid, Libc.Kill);
                _ = Libc.kill(Pid, Libc.Kill);
            }

            Signal(Descendants(), Libc.Kill);
        }
    }

    private ProcessEnd EndOf(int status)
    {
        var signal = status & 0x7f;
        return signal == 0
            ? new ProcessEnd((status >> 8) & 0xff, null, false)
            : new ProcessEnd(null, Signals.NameOf(signal), signal == Libc.Kill && OutOfMemoryKills.Count() > _memoryKills);
    }

    /// <summary>Waits for whoever has ended.</summary>
    /// <returns>Whether nobody is left.</returns>
    private bool Reap()
    {
        lock (_lock)
        {
            while (true)
            {
                int status;
                var ended = Libc.waitpid(-1, &status, Libc.WaitNoHang);
                if (ended < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
                {
                    continue;
                }

                if (ended <= 0)
                {
                    return ended < 0;
                }
            }
        }
    }

    /// <summary>What this process has below it.</summary>
    private static List<int> Descendants()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var all = ProcessStat.ReadAll();
        var below = new HashSet<int> { Environment.ProcessId };
        var found = new List<int>();
        for (var added = true; added;)
        {
            added = false;
            foreach (var process in all)
            {
                if (below.Contains(process.Parent) && below.Add(process.Id))
                {
                    added = true;
                    if (!process.IsEnded)
                    {
                        found.Add(process.Id);
                    }
                }
            }
        }

        return found;
    }

    private static void Signal(List<int> processes, int number)
    {
        foreach (var process in processes)
        {
            _ = Libc.kill(process, number);
        }
    }

    private static (int Read, int Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (Libc.pipe(ends) != 0)
        {
            throw new KeeperStartException("no_pipe", $"There is no pipe for it: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        _ = Libc.fcntl(ends[0], DescriptorFlags, CloseOnExec);
        _ = Libc.fcntl(ends[1], DescriptorFlags, CloseOnExec);
        return (ends[0], ends[1]);
    }

    private static int Spawn(Fields request, int stdin, int output)
    {
        var program = request.Get(KeeperWords.Program);

        // the structures of glibc have 336, 80 and 128 bytes, and others' fewer
        var attributes = stackalloc byte[1024];
        var actions = stackalloc byte[1024];
        var signals = stackalloc byte[256];
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawn_file_actions_init(actions);
        using var arguments = new NativeStrings([program, .. request.All(KeeperWords.Argument)]);
        using var variables = new NativeStrings(request.All(KeeperWords.Variable));
        try
        {
            _ = Libc.sigfillset(signals);
            _ = Libc.sigdelset(signals, Libc.Kill);
            _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
            _ = Libc.sigemptyset(signals);
            _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
            _ = Libc.posix_spawnattr_setflags(attributes, (short)(Libc.SpawnSetDefaults | Libc.SpawnSetMask | Libc.SpawnSetSession));
            _ = Libc.posix_spawn_file_actions_adddup2(actions, stdin, 0);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, output, 1);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, output, 2);
            _ = Libc.posix_spawn_file_actions_addchdir_np(actions, request.Get(KeeperWords.Folder));
            int pid;
            var error = Libc.posix_spawn(&pid, program, actions, attributes, arguments.Pointers, variables.Pointers);
            return error == 0 ? pid : throw StartProblem.Explain(program, error);
        }
        finally
        {
            _ = Libc.posix_spawnattr_destroy(attributes);
            _ = Libc.posix_spawn_file_actions_destroy(actions);
        }
    }
}
