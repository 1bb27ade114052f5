using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FleetBridge.Keeper.Protocol;

namespace FleetBridge.Keeper.Windows;

/// <summary>A server in a Job object and in a process group of its own, which takes CTRL_BREAK.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class WindowsServerProcess : IServerProcess
{
    private const uint ControlC = 0;
    private const uint ControlBreak = 1;
    private const int ReadSize = 64 * 1024;
    private const int Interval = 10;

    private readonly Process _process;
    private readonly JobObject _job;
    private bool _isKilled;

    private WindowsServerProcess(Process process, JobObject job) => (_process, _job) = (process, job);

    public int Pid => _process.Id;

    /// <summary>Starts the server.</summary>
    /// <exception cref="KeeperStartException">It cannot be started.</exception>
    public static WindowsServerProcess Start(Fields request)
    {
        var program = request.Get(KeeperWords.Program);
        var info = new ProcessStartInfo(program, request.All(KeeperWords.Argument))
        {
            WorkingDirectory = request.Get(KeeperWords.Folder),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNewProcessGroup = true,
        };
        info.Environment.Clear();
        foreach (var variable in request.All(KeeperWords.Variable))
        {
            var equals = variable.IndexOf('=', 1);
            info.Environment[variable[..equals]] = variable[(equals + 1)..];
        }

        try
        {
            var job = new JobObject();
            var process = Process.Start(info)!;
            job.Add(process.Handle);
            return new WindowsServerProcess(process, job);
        }
        catch (Win32Exception exception)
        {
            throw new KeeperStartException("not_started", $"{program} cannot be started: {exception.Message}");
        }
    }

    public void ReadOutput(SpanAction write)
    {
        var writing = new Lock();
        var errors = new Thread(() => Read(_process.StandardError.BaseStream, write, writing), 256 * 1024) { IsBackground = true };
        errors.Start();
        Read(_process.StandardOutput.BaseStream, write, writing);
        errors.Join();
    }

    public ProcessEnd Wait()
    {
        // WaitForExit would wait for the output too, which what was left behind may hold
        using var handle = new ManualResetEvent(false) { SafeWaitHandle = new(_process.Handle, ownsHandle: false) };
        handle.WaitOne();
        return _isKilled ? new ProcessEnd(null, "SIGKILL", false) : new ProcessEnd(_process.ExitCode, null, false);
    }

    public int EndRest(TimeSpan grace)
    {
        var rest = _job.Count;
        if (rest > 0)
        {
            _job.Kill();
            while (_job.Count > 0)
            {
                Pause.For(Interval);
            }
        }

        return rest;
    }

    public string? WriteStdin(ReadOnlySpan<byte> line)
    {
        try
        {
            var stdin = _process.StandardInput.BaseStream;
            stdin.Write([.. line, (byte)'\r', (byte)'\n']);
            stdin.Flush();
            return null;
        }
        catch (IOException)
        {
            return "It has closed its standard input.";
        }
    }

    public string? Signal(string name)
    {
        if (name is "SIGKILL")
        {
            KillTree();
            return null;
        }

        // a group of its own takes no CTRL_C
        var isSent = GenerateConsoleCtrlEvent(name is "CTRL_C" ? ControlC : ControlBreak, (uint)Pid);
        return isSent ? null : $"The signal was not sent: {new Win32Exception().Message}";
    }

    public void KillTree()
    {
        _isKilled = true;
        _job.Kill();
    }

    private static void Read(Stream output, SpanAction write, Lock writing)
    {
        var buffer = new byte[ReadSize];
        try
        {
            for (int length; (length = output.Read(buffer)) > 0;)
            {
                lock (writing)
                {
                    write(buffer.AsSpan(0, length));
                }
            }
        }
        catch (IOException)
        {
            // the pipe has broken: there is no more
        }
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GenerateConsoleCtrlEvent(uint kind, uint group);
}
