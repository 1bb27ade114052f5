using System.Globalization;
using FleetBridge.Keeper.Logs;
using FleetBridge.Keeper.Protocol;
using FleetBridge.Keeper.Unix;
using FleetBridge.Keeper.Windows;

namespace FleetBridge.Keeper;

/// <summary>One run of a server, from the start to the file that says how it ended.</summary>
/// <param name="folder">The run's folder, which is the current one.</param>
internal sealed class KeeperRun(RunFolder folder)
{
    /// <summary>How long the rest of the output may take when all of the server's processes are gone: a stranger may hold the pipe.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(2);

    private const int StackSize = 256 * 1024;

    /// <summary>Starts the server, says so, and keeps it.</summary>
    /// <param name="begun">Called when it is started, and can be found by others.</param>
    /// <exception cref="KeeperStartException">It cannot be started.</exception>
    public void Run(Action begun)
    {
        var request = RunFolder.TryRead(folder.Request) ?? throw new KeeperStartException("no_request", $"There is no {folder.Request}.");
        using var log = new LogWriter(
            request.Get(KeeperWords.LogFolder), request.GetNumber(KeeperWords.LogCap), request.GetNumber(KeeperWords.Floor));
        var startedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var server = Start(request);
        var started = Describe(server, startedAt, log.Start);
        ControlSocket socket;
        try
        {
            RunFolder.Place(folder.Started, started);
            socket = new ControlSocket(server, () => started, () => log.Position);
        }
        catch
        {
            // nobody would find it again
            server.KillTree();
            throw;
        }

        using (socket)
        {
            socket.Start();
            var reading = new Thread(() => Keep(server, log, socket), StackSize) { IsBackground = true };
            reading.Start();
            begun();
            var end = server.Wait();
            var endedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var left = server.EndRest(TimeSpan.FromMilliseconds(request.FindNumber(KeeperWords.Grace) ?? 0));
            if (reading.Join(OutputLimit))
            {
                log.Close();
            }

            WriteEnd(end, endedAt, left, log);
        }
    }

    private static IServerProcess Start(Fields request)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsServerProcess.Start(request);
        }

        return UnixServerProcess.Start(request);
    }

    private static void Keep(IServerProcess server, LogWriter log, ControlSocket socket)
    {
        try
        {
            server.ReadOutput(bytes =>
            {
                log.Write(bytes);
                socket.TellGrowth();
            });
        }
        catch (ObjectDisposedException)
        {
            // a stranger holds the pipe, and nobody waits for what it prints
        }
    }

    private static Fields Describe(IServerProcess server, long startedAt, long logStart)
    {
        var own = ProcessMark.Of(Environment.ProcessId);
        var main = ProcessMark.Of(server.Pid);
        return new Fields()
            .Add(KeeperWords.KeeperPid, own.Id)
            .Add(KeeperWords.KeeperStart, own.Start)
            .Add(KeeperWords.Pid, main.Id)
            .Add(KeeperWords.Start, main.Start)
            .Add(KeeperWords.BootId, own.BootId)
            .Add(KeeperWords.StartedAt, startedAt)
            .Add(KeeperWords.LogStart, logStart);
    }

    private void WriteEnd(ProcessEnd end, long endedAt, int left, LogWriter log)
    {
        var fields = new Fields()
            .Add(KeeperWords.EndedAt, endedAt)
            .Add(KeeperWords.LeftBehind, left)
            .Add(KeeperWords.LogEnd, log.Position)
            .Add(KeeperWords.Dropped, log.Dropped)
            .Add(KeeperWords.OutOfMemory, end.IsOutOfMemory ? 1 : 0);
        if (end.Code is { } code)
        {
            fields.Add(KeeperWords.Code, code.ToString(CultureInfo.InvariantCulture));
        }

        if (end.Signal is { } signal)
        {
            fields.Add(KeeperWords.Signal, signal);
        }

        // on a full disk it may take a while until there is room
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                RunFolder.Place(folder.Exit, fields, isDurable: true);
                return;
            }
            catch (IOException) when (attempt < 100 && Directory.Exists(folder.Path))
            {
                Pause.For(100);
            }
        }
    }
}
