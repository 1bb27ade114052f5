using System.Net.Sockets;
using System.Text;
using FleetBridge.Core.Text;
using FleetBridge.Fleet.Running;
using FleetBridge.Keeper.Protocol;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Keeper;

/// <summary>A server with a keeper, which is known by the files in the run's folder and outlives this process.</summary>
internal sealed partial class KeptServer : IRunningServer
{
    /// <summary>How often a keeper that is there and takes no connection is tried again.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);

    private readonly RunFolder _folder;
    private readonly string _logFolder;
    private readonly ProcessMark _keeper;
    private readonly ProcessMark _main;
    private readonly long _logStart;
    private readonly KeeperClient _client;
    private readonly ProcessUses _uses;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;

    private KeptServer(RunFolder folder, Fields request, Fields? started, ProcessUses uses, TimeProvider clock, ILogger logger)
    {
        (_folder, _uses, _clock, _logger) = (folder, uses, clock, logger);
        _client = new KeeperClient(folder, clock);
        _logFolder = request.Get(KeeperWords.LogFolder);
        (ServerId, RunId) = (request.Get(KeeperWords.ServerId), request.Get(KeeperWords.RunId));
        if (started is null)
        {
            StartedAt = new DateTimeOffset(Directory.GetCreationTimeUtc(folder.Path), TimeSpan.Zero);
            _logStart = long.MaxValue;
            Exited = Task.FromResult(Ended(null, "It was never started: its keeper ended before that."));
            return;
        }

        var boot = started.Get(KeeperWords.BootId);
        _keeper = new((int)started.GetNumber(KeeperWords.KeeperPid), started.GetNumber(KeeperWords.KeeperStart), boot);
        _main = new((int)started.GetNumber(KeeperWords.Pid), started.GetNumber(KeeperWords.Start), boot);
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(started.GetNumber(KeeperWords.StartedAt));
        _logStart = started.GetNumber(KeeperWords.LogStart);
        Pid = _main.Id;
        Exited = Task.Run(WatchAsync);
    }

    public string ServerId { get; }

    public string RunId { get; }

    public int? Pid { get; }

    public DateTimeOffset StartedAt { get; }

    public Task<ServerExit> Exited { get; }

    /// <summary>Asks the keeper.</summary>
    public KeeperClient Client => _client;

    /// <summary>Finds a run by its folder.</summary>
    /// <returns>The server; null when the folder holds none.</returns>
    public static KeptServer? TryOpen(RunFolder folder, ProcessUses uses, TimeProvider clock, ILogger logger)
    {
        try
        {
            return RunFolder.TryRead(folder.Request) is { } request
                ? new KeptServer(folder, request, RunFolder.TryRead(folder.Started), uses, clock, logger)
                : null;
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(logger, folder.Path, exception.Message);
            return null;
        }
    }

    public Task WriteStdinAsync(ReadOnlyMemory<byte> line, CancellationToken cancellation) =>
        line.Length > KeeperWords.LongestLine / 2
            ? throw new RunningServerException($"The line has {line.Length} bytes, more than {KeeperWords.LongestLine / 2}.")
            : _client.AskAsync(KeeperWords.Stdin + Convert.ToBase64String(line.Span), cancellation);

    public Task SignalAsync(string name, CancellationToken cancellation) => _client.AskAsync(KeeperWords.Send + name, cancellation);

    public async Task KillTreeAsync(CancellationToken cancellation)
    {
        try
        {
            await _client.AskAsync(KeeperWords.Kill, cancellation).ConfigureAwait(false);
        }
        catch (RunningServerException) when (!Exited.IsCompleted && _keeper.IsRunning())
        {
            // the keeper hangs: without it, the server is ended by its own mark
            StrayProcess.Kill(_keeper);
            StrayProcess.KillGroup(_main);
        }
        catch (RunningServerException)
        {
            // it has ended
        }
    }

    public ServerUse? Measure() => Exited.IsCompleted ? null : _uses.Of(_keeper.Id);

    public void Forget()
    {
        try
        {
            Directory.Delete(_folder.Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotForgotten(_logger, _folder.Path, exception.Message);
        }
    }

    /// <summary>A connection to the keeper is closed when the server has ended, or the keeper has.</summary>
    private async Task<ServerExit> WatchAsync()
    {
        try
        {
            while (TryReadExit() is null)
            {
                if (!_keeper.IsRunning())
                {
                    return TryReadExit() is { } written ? Ended(written, null) : Lost();
                }

                try
                {
                    using var socket = await _client.ListenAsync(KeeperWords.Watch, CancellationToken.None).ConfigureAwait(false);
                    var buffer = new byte[16];
                    while (await socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false) > 0)
                    {
                    }
                }
                catch (SocketException)
                {
                    // it ends, or has no descriptor left
                }

                if (TryReadExit() is null)
                {
                    await Task.Delay(RetryInterval, _clock, CancellationToken.None).ConfigureAwait(false);
                }
            }

            return Ended(TryReadExit(), null);
        }
        catch (Exception exception)
        {
            LogBug(_logger, exception, ServerId);
            return Ended(null, $"How it ended is not known: {exception.Message}");
        }
    }

    private Fields? TryReadExit()
    {
        try
        {
            return RunFolder.TryRead(_folder.Exit);
        }
        catch (FormatException)
        {
            return new Fields();
        }
    }

    /// <summary>The keeper has gone and has written nothing.</summary>
    private ServerExit Lost()
    {
        if (_main.BootId != ProcessMark.CurrentBootId)
        {
            // those ids are others' by now
            return Ended(null, "The machine was restarted.") with { IsMachineRestart = true };
        }

        if (!_main.IsRunning())
        {
            return Ended(null, "Its keeper was killed, so its exit code is not known.");
        }

        // its output goes nowhere, and nobody would learn how it ends
        StrayProcess.KillGroup(_main);
        return Ended(null, "Its keeper was killed, so it was ended too.") with { Signal = "SIGKILL" };
    }

    private ServerExit Ended(Fields? exit, string? note)
    {
        var code = exit?.FindNumber(KeeperWords.Code);
        return new ServerExit
        {
            ExitCode = (int?)code,
            Signal = exit?.Find(KeeperWords.Signal),
            IsOutOfMemory = exit?.FindNumber(KeeperWords.OutOfMemory) == 1,
            EndedAt = exit?.FindNumber(KeeperWords.EndedAt) is { } ended ? DateTimeOffset.FromUnixTimeMilliseconds(ended) : _clock.GetUtcNow(),
            LeftBehind = (int)(exit?.FindNumber(KeeperWords.LeftBehind) ?? 0),
            Note = note,
            LastLines = ReadLastLines(exit?.FindNumber(KeeperWords.LogEnd)),
        };
    }

    private string[] ReadLastLines(long? logEnd)
    {
        try
        {
            using var files = new LogFiles(_logFolder);
            var end = logEnd ?? files.End;
            if (end <= _logStart)
            {
                return [];
            }

            const int MostBytes = 64 * 1024;
            var from = Math.Max(files.FindTail(ServerExit.MostLines, _logStart, end), end - MostBytes);
            var text = new StringBuilder();
            var copy = files.CopyAsync(from, end, bytes =>
            {
                text.Append(Encoding.UTF8.GetString(bytes.Span));
                return ValueTask.CompletedTask;
            }, CancellationToken.None);
            return copy.IsCompletedSuccessfully
                ? [.. text.ToString().TrimEnd('\n').Split('\n').TakeLast(ServerExit.MostLines).Select(line => VisibleText.Of(line.TrimEnd('\r')))]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [LoggerMessage(LogLevel.Warning, "The run in {Folder} cannot be read, so it is left alone: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string folder, string reason);

    [LoggerMessage(LogLevel.Warning, "{Folder} cannot be deleted: {Reason}")]
    private static partial void LogNotForgotten(ILogger logger, string folder, string reason);

    [LoggerMessage(LogLevel.Error, "A bug in FleetBridge: the end of server {Server} was not understood.")]
    private static partial void LogBug(ILogger logger, Exception exception, string server);
}
