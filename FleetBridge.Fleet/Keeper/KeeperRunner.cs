using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using FleetBridge.Core.State;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using FleetBridge.Keeper.Protocol;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Keeper;

/// <summary>Runs servers as processes, each with a keeper.</summary>
internal sealed class KeeperRunner : IServerRunner
{
    private const string RunsFolder = "runs";
    private const string LogsFolder = "log";

    /// <summary>A start on a busy machine; a keeper says within milliseconds whether the server runs.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>How often a reader looks for the next run of a server that does not run.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private readonly string _servers;
    private readonly string? _program;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ProcessUses _uses;
    private readonly ConcurrentDictionary<string, KeptServer> _running = new();

    /// <summary>Creates a runner.</summary>
    /// <param name="servers">The folder with the servers' folders.</param>
    /// <param name="program">The keeper's program; null for the one beside this program.</param>
    /// <param name="logger">The log.</param>
    /// <param name="clock">The clock of every wait.</param>
    public KeeperRunner(string servers, string? program, ILogger logger, TimeProvider clock)
    {
        (_servers, _program, _logger, _clock) = (servers, program, logger, clock);
        _uses = new ProcessUses(clock);
    }

    public bool Runs(GameId game) => game.Kind is not GameId.Docker;

    public async Task<IRunningServer> StartAsync(StartRequest request, CancellationToken cancellation)
    {
        var program = InstalledProgram.Resolve(request.InstallFolder, request.Configuration.Executable
            ?? throw new StartException("no_program", "Its configuration names no executable.", isRetryable: false));
        var folder = new RunFolder(Path.Combine(request.ServerFolder, RunsFolder, request.RunId));
        try
        {
            OwnFolder.Claim(folder.Path);
            RunFolder.Place(folder.Request, Describe(request, program));
            await StartKeeperAsync(folder, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await EndHalfStartedAsync(folder).ConfigureAwait(false);
            throw exception is IOException or UnauthorizedAccessException or FormatException
                ? new StartException("no_room", $"The run's folder {folder.Path} cannot be written: {exception.Message}", isRetryable: true)
                : exception is Win32Exception
                    ? new StartException("no_keeper", $"The keeper cannot be started: {exception.Message}", isRetryable: true)
                    : exception;
        }

        return Open(folder) ?? throw new StartException("no_keeper", $"What the keeper wrote in {folder.Path} cannot be read.", isRetryable: true);
    }

    public async Task<IReadOnlyList<IRunningServer>> AdoptAsync(CancellationToken cancellation)
    {
        var folders = Directory.Exists(_servers) ? Directory.GetDirectories(_servers) : [];
        var found = new List<IRunningServer>();
        foreach (var run in folders.Select(server => Path.Combine(server, RunsFolder)).Where(Directory.Exists).SelectMany(Directory.GetDirectories))
        {
            var folder = new RunFolder(run);
            await WaitForStartAsync(folder, cancellation).ConfigureAwait(false);
            if (Open(folder) is { } server)
            {
                found.Add(server);
            }
        }

        return found;
    }

    public async Task ReadLogAsync(
        string serverFolder, string serverId, LogRange range, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        using var files = new LogFiles(LogFolder(serverFolder));
        var end = files.End;
        var place = range.From is { } from ? files.FindTime(from, end) : files.First;
        if (range.To is { } to)
        {
            end = Math.Max(place, files.FindTime(to, end));
        }

        if (range.Tail is { } lines)
        {
            place = files.FindTail(lines, place, end);
        }

        place = await files.CopyAsync(place, end, write, cancellation).ConfigureAwait(false);
        while (range.Follow && range.To is null)
        {
            place = await FollowAsync(files, serverId, place, write, cancellation).ConfigureAwait(false);
        }
    }

    private static string LogFolder(string serverFolder) => Path.Combine(serverFolder, LogsFolder);

    /// <summary>Reads while a run continues, or looks whether there is a new one.</summary>
    private async Task<long> FollowAsync(
        LogFiles files, string serverId, long place, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation)
    {
        if (_running.TryGetValue(serverId, out var server))
        {
            try
            {
                using var socket = await server.Client.ListenAsync(KeeperWords.Follow, cancellation).ConfigureAwait(false);
                var notes = new byte[4096];
                while (await socket.ReceiveAsync(notes, cancellation).ConfigureAwait(false) > 0)
                {
                    place = await files.CopyAsync(place, long.MaxValue, write, cancellation).ConfigureAwait(false);
                }
            }
            catch (SocketException)
            {
                // it has ended, or is about to
            }
        }

        await Task.Delay(LookInterval, _clock, cancellation).ConfigureAwait(false);
        return await files.CopyAsync(place, long.MaxValue, write, cancellation).ConfigureAwait(false);
    }

    private KeptServer? Open(RunFolder folder)
    {
        var server = KeptServer.TryOpen(folder, _uses, _clock, _logger);
        if (server is not null)
        {
            _running[server.ServerId] = server;
        }

        return server;
    }

    private async Task StartKeeperAsync(RunFolder folder, CancellationToken cancellation)
    {
        var info = KeeperProgram.StartInfo(_program);
        info.ArgumentList.Add(folder.Path);
        info.WorkingDirectory = folder.Path;
        info.UseShellExecute = false;
        info.CreateNoWindow = true;

        // pipes of its own: it must not hold those of this process, which somebody may wait for
        info.RedirectStandardInput = true;
        info.RedirectStandardOutput = true;
        info.RedirectStandardError = true;
        using var limit = new CancellationTokenSource(StartLimit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        using var process = Process.Start(info)!;
        string? line;
        try
        {
            line = await process.StandardOutput.ReadLineAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // nothing of it may be left, neither now nor in a moment
            process.Kill();
            cancellation.ThrowIfCancellationRequested();
            throw new StartException("keeper_hangs", $"The keeper has not started within {StartLimit.TotalSeconds:0} s.", isRetryable: true);
        }

        switch (line)
        {
            case KeeperWords.Begun:
                return;
            case { } failed when failed.StartsWith(KeeperWords.Failed, StringComparison.Ordinal):
                var parts = failed[KeeperWords.Failed.Length..].Split(' ', 2);
                throw new StartException(parts[0], parts[^1], isRetryable: parts[0] is "no_pipe" or "not_started" or "keeper");
            default:
                var errors = await process.StandardError.ReadToEndAsync(both.Token).ConfigureAwait(false);
                throw new StartException("keeper", $"The keeper has ended without starting the server. {errors}".TrimEnd(), isRetryable: true);
        }
    }

    /// <summary>A keeper that was killed while it started may have started the server before.</summary>
    private async Task EndHalfStartedAsync(RunFolder folder)
    {
        try
        {
            if (File.Exists(folder.Started) && KeptServer.TryOpen(folder, _uses, _clock, _logger) is { } server)
            {
                await server.KillTreeAsync(CancellationToken.None).ConfigureAwait(false);
                await server.Exited.ConfigureAwait(false);
            }

            if (Directory.Exists(folder.Path))
            {
                Directory.Delete(folder.Path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the next start of the worker finds it, and says so
        }
    }

    /// <summary>A worker may have ended while its keeper started.</summary>
    private async Task WaitForStartAsync(RunFolder folder, CancellationToken cancellation)
    {
        var patience = TimeSpan.FromSeconds(2);
        while (File.Exists(folder.Request) && !File.Exists(folder.Started) && patience > TimeSpan.Zero
            && _clock.GetUtcNow() - File.GetLastWriteTimeUtc(folder.Request) < StartLimit)
        {
            var pause = TimeSpan.FromMilliseconds(20);
            await Task.Delay(pause, _clock, cancellation).ConfigureAwait(false);
            patience -= pause;
        }
    }

    private static Fields Describe(StartRequest request, string program)
    {
        var fields = new Fields()
            .Add(KeeperWords.ServerId, request.ServerId)
            .Add(KeeperWords.RunId, request.RunId)
            .Add(KeeperWords.Program, program)
            .Add(KeeperWords.Folder, request.InstallFolder)
            .Add(KeeperWords.LogFolder, LogFolder(request.ServerFolder))
            .Add(KeeperWords.LogCap, request.LogCapBytes)
            .Add(KeeperWords.Floor, request.FreeSpaceFloorBytes)
            .Add(KeeperWords.Grace, (long)(request.Configuration.Stop.TimeoutSeconds * 1000));
        foreach (var argument in request.Configuration.Arguments)
        {
            fields.Add(KeeperWords.Argument, argument);
        }

        foreach (var (name, value) in ServerEnvironment.Compose(request.Configuration.Environment))
        {
            fields.Add(KeeperWords.Variable, $"{name}={value}");
        }

        return fields;
    }
}
