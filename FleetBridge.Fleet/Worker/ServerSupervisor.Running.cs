using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <content>Starts, watches and ends its process.</content>
internal sealed partial class ServerSupervisor
{
    /// <summary>The pause after a game session.</summary>
    private static readonly TimeSpan SessionPause = TimeSpan.FromSeconds(1);

    private async Task StartAsync()
    {
        StartRequest request;
        CancellationToken cancelled;
        lock (_lock)
        {
            _startCancel?.Dispose();
            _startCancel = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
            cancelled = _startCancel.Token;
        }

        try
        {
            request = Prepare();
            var running = await _surroundings.RunnerOf(_record.Install!.GameId).StartAsync(request, cancelled).ConfigureAwait(false);
            lock (_lock)
            {
                _running = running;
                _isStopping = false;
                _isKilledByHost = false;
                _killNow.Dispose();
                _killNow = new CancellationTokenSource();
                Store(_record with { Idle = ServerState.Stopped, NextTryAt = null, StartedAt = running.StartedAt });
                LogStarted(_logger, Id, running.Pid, _record.Run?.ProcessId ?? request.RunId);
                foreach (var command in _commands.FindAll(command => command.Type is CommandType.Start or CommandType.Restart))
                {
                    command.Done();
                    _commands.Remove(command);
                }

                Watch(running);
                Tell();
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            lock (_lock)
            {
                Store(_record with { Run = null });
            }
        }
        catch (StartException exception)
        {
            FailStart(exception.Message, exception.IsRetryable);
        }
        catch (SqliteException exception)
        {
            FailStart($"The worker's store cannot be written, and what a stop needs has to be there before the start: {exception.Message}", isRetryable: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            FailStart($"It cannot be started: {exception.Message}", isRetryable: true);
        }
    }

    /// <summary>Everything that a later stop needs is in the store before the process is there.</summary>
    /// <exception cref="SqliteException">It cannot be stored.</exception>
    private StartRequest Prepare()
    {
        lock (_lock)
        {
            var desired = _record.Desired;
            if (!Directory.Exists(InstallFolder) && desired.GameId.Kind != GameId.Docker)
            {
                _record = _record with { Install = null };
                throw new StartException("no_install", "Its install is gone from the disk; it is installed again.", isRetryable: true);
            }

            _folders.LinkData(InstallFolder, desired.GameId.Kind == GameId.Docker ? [] : desired.Configuration.Data);
            var ports = _surroundings.Ports.Reserve(
                Id, desired.Configuration.Ports, desired.Configuration.PortRange is { } own ? GamePortRange.Parse(own) : null);
            var runId = Guid.CreateVersion7().ToString("N");
            var processId = $"{Id}-{runId[^8..]}";
            var configuration = Complete(desired, ports, processId);
            var record = _record with
            {
                Ports = ports,
                Run = new RunRecord
                {
                    RunId = runId,
                    ProcessId = processId,
                    Configuration = configuration with
                    {
                        Environment = desired.Configuration.Environment,
                        Arguments = desired.Configuration.Arguments,
                    },
                    ConfigurationVersion = desired.ConfigurationVersion,
                    InstallFolder = _record.Install!.Folder,
                },
            };
            _surroundings.Store.Write(record);
            _record = record;
            return new StartRequest
            {
                ServerId = Id,
                RunId = runId,
                GameId = desired.GameId,
                ServerFolder = Folder,
                InstallFolder = InstallFolder,
                Configuration = configuration,
                LogCapBytes = desired.Configuration.LogCapBytes ?? _surroundings.Options.LogCapBytes,
                FreeSpaceFloorBytes = _surroundings.Options.FreeSpaceFloorBytes,
            };
        }
    }

    /// <summary>A start that did not come to a process counts as a crash, unless trying again is useless.</summary>
    private void FailStart(string reason, bool isRetryable)
    {
        lock (_lock)
        {
            LogNotStarted(_logger, Id, reason);
            FailCommands(reason, command => command.Type is CommandType.Start or CommandType.Restart);
            var now = _clock.GetUtcNow();
            var (history, pause) = _record.Crashes.Count(now, TimeSpan.Zero, _surroundings.Options.Random(), CrashLimit);
            var isNext = isRetryable && pause is not null && _record.Desired.Configuration.Restart.Policy != RestartPolicy.Never;
            Store(_record with
            {
                Run = null,
                Crashes = history,
                Reason = reason,
                Idle = isNext ? ServerState.Crashed : ServerState.Failed,
                NextTryAt = isNext ? now + pause : null,
                PauseSeconds = isNext ? pause!.Value.TotalSeconds : null,
            });
            Tell();
        }
    }

    private void Adopt(IRunningServer running)
    {
        lock (_lock)
        {
            if (_record.Run?.RunId != running.RunId)
            {
                // the store does not know this run: it was lost, and the host knows the server
                Store(_record with
                {
                    Run = new RunRecord
                    {
                        RunId = running.RunId,
                        ProcessId = "",
                        Configuration = _record.Desired.Configuration,
                        ConfigurationVersion = _record.Desired.ConfigurationVersion,
                        InstallFolder = _record.Install?.Folder ?? "",
                    },
                });
            }

            if (!running.Exited.IsCompleted)
            {
                LogAdopted(_logger, Id, running.Pid);
                Watch(running);
            }

            Tell();
        }
    }

    private void Watch(IRunningServer running)
    {
        _health?.Dispose();
        var run = _record.Run!;
        var probe = HealthProbes.Of(run, (write, cancellation) => ReadRunAsync(running, write, cancellation), _clock);
        _health = new HealthWatch(running, run, probe, _clock, _wake.Set);
        _health.Begin();
    }

    private Task ReadRunAsync(IRunningServer running, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellation) =>
        _surroundings.RunnerOf(_record.Desired.GameId).ReadLogAsync(
            Folder, Id, new LogRange { From = running.StartedAt, Follow = true }, write, cancellation);

    /// <summary>Waits for the end of the process, or for a request to end it.</summary>
    private async Task WatchAsync(IRunningServer running)
    {
        string? asked;
        string? unhealthy;
        lock (_lock)
        {
            BeginInstall();
            asked = FindStopRequest(running);
            if (_commands.Exists(command => command.Type == CommandType.Kill))
            {
                _ = _killNow.CancelAsync();
            }

            unhealthy = _health?.Problem;
            if (_record.Run is { } run && _health is { } health && run.IsReady != health.IsReady && !running.Exited.IsCompleted)
            {
                Store(_record with { Run = run with { IsReady = health.IsReady } });
                LogReady(_logger, Id, health.IsReady ? "ready" : "starting");
            }

            _isStopping = !running.Exited.IsCompleted && (asked ?? unhealthy) is not null;
            Tell();
        }

        StopStep? step = null;
        if (_isStopping)
        {
            var settings = _record.Run!.Configuration.Stop;
            var ladder = new StopLadder(_clock, begun => StoreStep(running, asked, begun));
            step = await ladder.EndAsync(running, settings, _killNow.Token, _leaving.Token).ConfigureAwait(false);
        }
        else if (!running.Exited.IsCompleted)
        {
            using var left = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
            await Task.WhenAny(running.Exited, _wake.WaitAsync(left.Token)).ConfigureAwait(false);
            await left.CancelAsync().ConfigureAwait(false);
            if (!running.Exited.IsCompleted)
            {
                _leaving.Token.ThrowIfCancellationRequested();
                return;
            }

            lock (_lock)
            {
                // somebody may have asked for it in the moment of its end
                asked = FindStopRequest(running);
            }
        }

        var exit = await running.Exited.ConfigureAwait(false);
        lock (_lock)
        {
            // a kill that came while a stop was under way
            asked = FindStopRequest(running) ?? asked;
        }

        Handle(exit, asked, unhealthy, step);
        running.Forget();
    }

    /// <summary>Before a step of a stop that somebody has asked for: if this worker is killed, the next one finds a process that has ended,
    /// and the command that wanted it may have been carried out.</summary>
    private void StoreStep(IRunningServer running, string? asked, StopStep step)
    {
        lock (_lock)
        {
            if (_record.Run is { } run && (FindStopRequest(running) ?? asked) is { } who && (run.Asked, run.Step) != (who, step))
            {
                Store(_record with { Run = run with { Asked = who, Step = step } });
            }
        }
    }

    /// <summary>The process has ended. What was wanted decides what that was.</summary>
    private void Handle(ServerExit exit, string? asked, string? unhealthy, StopStep? step = null)
    {
        lock (_lock)
        {
            _health?.Dispose();
            _health = null;
            var run = _record.Run;
            var started = _running?.StartedAt ?? exit.EndedAt;
            var ran = Max(exit.EndedAt - started);
            _running = null;
            _isStopping = false;
            foreach (var command in _commands.Where(command => command.EndsRun is not null))
            {
                command.EndsRun = null;
            }

            asked ??= run?.Asked ?? (Wanted == DesiredState.Stopped ? "It was stopped on request." : null);
            var record = _record with
            {
                Run = null,
                ExitCode = exit.ExitCode,
                Signal = exit.Signal,
                StoppedBy = asked is null ? null : step ?? run?.Step,
                NextTryAt = null,
                PauseSeconds = null,
                LastRun = run is null ? _record.LastRun : new EndedRun(run.ProcessId, started, exit.EndedAt, asked is not null),
            };
            var hasHosted = run is { HadSession: true } && (_isKilledByHost || (exit.ExitCode == 0 && unhealthy is null));
            record = asked is not null
                ? record with { Idle = ServerState.Stopped, Reason = EndReason.OfStop(exit, asked), Crashes = CrashHistory.None }
                : exit.IsMachineRestart
                    ? record with { Idle = ServerState.Stopped, Reason = exit.Note }
                    : hasHosted && record.Desired.Configuration.Restart.Policy == RestartPolicy.Always ? AfterSession(record, exit, ran)
                    : AfterCrash(record, exit.ExitCode == 0 && unhealthy is null, EndReason.OfCrash(exit, ran, run?.IsReady ?? false, unhealthy), ran);
            Store(record with
            {
                Ends = ServerEnd.Add(record.Ends, new ServerEnd
                {
                    EndedAt = exit.EndedAt,
                    StartedAt = started,
                    ExitCode = exit.ExitCode,
                    Signal = exit.Signal,
                    Reason = EndReason.WithoutLines(record.Reason),
                    WasAsked = asked is not null,
                }),
            });
            LogEnded(_logger, Id, _record.Reason ?? "");
            if (_install is null)
            {
                _folders.DeleteOthers(_record.Install?.Folder);
            }

            Tell();
        }
    }

    /// <summary>A process of GameLift's hosts one game session and ends: the next one starts soon, and nothing has crashed.</summary>
    private ServerRecord AfterSession(ServerRecord record, ServerExit exit, TimeSpan ran) => record with
    {
        Idle = ServerState.Stopped,
        Reason = EndReason.OfSession(exit, ran),
        Crashes = CrashHistory.None,
        NextTryAt = _clock.GetUtcNow() + SessionPause,
        PauseSeconds = SessionPause.TotalSeconds,
    };

    private int CrashLimit => _record.Desired.Configuration.Restart.Limit ?? CrashHistory.MostCrashes;

    private ServerRecord AfterCrash(ServerRecord record, bool isClean, string reason, TimeSpan ran)
    {
        var policy = record.Desired.Configuration.Restart.Policy;
        if (policy == RestartPolicy.Never || (policy == RestartPolicy.OnCrash && isClean))
        {
            return record with { IsHeld = true, Idle = isClean ? ServerState.Stopped : ServerState.Failed, Reason = reason };
        }

        var now = _clock.GetUtcNow();
        var (history, pause) = record.Crashes.Count(now, ran, _surroundings.Options.Random(), CrashLimit);
        return pause is { } wait
            ? record with
            {
                Idle = ServerState.Crashed,
                Reason = reason,
                Crashes = history,
                Restarts = record.Restarts + 1,
                NextTryAt = now + wait,
                PauseSeconds = wait.TotalSeconds,
            }
            : record with
            {
                Idle = ServerState.Failed,
                Crashes = history,
                Reason = $"It crashed {CrashLimit} times within {CrashHistory.Window.TotalMinutes:0} minutes, and is not started again "
                    + $"until somebody starts it. The last time: {reason}",
            };
    }

    [LoggerMessage(LogLevel.Information, "Server {Server} has started (process {Pid}); in the fleet it is {ProcessId}.")]
    private static partial void LogStarted(ILogger logger, string server, int? pid, string processId);

    [LoggerMessage(LogLevel.Information, "Server {Server} still runs: process {Pid}.")]
    private static partial void LogAdopted(ILogger logger, string server, int? pid);

    [LoggerMessage(LogLevel.Information, "Server {Server} is {State}.")]
    private static partial void LogReady(ILogger logger, string server, string state);

    [LoggerMessage(LogLevel.Warning, "Server {Server} cannot be started: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string server, string reason);

    [LoggerMessage(LogLevel.Information, "Server {Server} has ended. {Reason}")]
    private static partial void LogEnded(ILogger logger, string server, string reason);
}
