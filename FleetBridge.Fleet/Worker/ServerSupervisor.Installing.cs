using FleetBridge.Fleet.Installers;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <content>Installs its game, beside the version that may be running.</content>
internal sealed partial class ServerSupervisor
{
    private bool IsUpdateAsked => _commands.Exists(command => command.Type == CommandType.Update);

    private void BeginInstall()
    {
        lock (_lock)
        {
            // an update is no matter of a server's state: what is installed stays as it is until the update is complete
            var isUpdate = _record.IsInstalled;
            if ((isUpdate && !IsUpdateAsked) || _install is not null || _installProblem is not null || _isShuttingDown || _leaving.IsCancellationRequested
                || _record.Desired.IsDeleted || (!isUpdate && _record.NextTryAt is { } next && next > _clock.GetUtcNow()))
            {
                return;
            }

            if (_record.Install is null && _surroundings.IsFrozen())
            {
                const string Frozen = "The worker is frozen and takes no new servers: thaw it, or delete the server.";
                _record = _record with { Reason = Frozen };
                FailCommands(Frozen, command => IsForRunning(command.Type));
                return;
            }

            _installCancel?.Dispose();
            _installCancel = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
            _progress = null;
            if (_running is null && !isUpdate)
            {
                _record = _record with { Idle = ServerState.Stopped, NextTryAt = null };
            }

            var desired = _record.Desired;
            var cancellation = _installCancel.Token;
            _install = Task.Run(() => InstallAsync(desired, cancellation), CancellationToken.None);
            Tell();
        }
    }

    private async Task InstallAsync(DesiredServer desired, CancellationToken cancellation)
    {
        InstallRecord? installed = null;
        string? problem = null;
        var isRetryable = false;
        try
        {
            installed = await _folders.AddAsync(
                desired,
                Record.Install,
                _surroundings.Options.Installers,
                _surroundings.Options.FreeSpaceFloorBytes,
                new Progress(this),
                _logger,
                cancellation).ConfigureAwait(false);
        }
        catch (InstallException exception)
        {
            (problem, isRetryable) = (exception.Message, exception.IsRetryable);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            problem = "The install was cancelled.";
        }
        catch (Exception exception)
        {
            LogInstallBug(_logger, exception, Id);
            problem = $"The install failed by a bug in FleetBridge ({exception.GetType().Name}: {exception.Message}).";
        }

        lock (_lock)
        {
            _install = null;
            _progress = null;
            if (_leaving.IsCancellationRequested)
            {
                return;
            }

            if (installed is not null)
            {
                LogInstalled(_logger, Id, desired.GameId.ToString(), installed.Version ?? "");
                Store(_record with { Install = installed });
                if (_running is null)
                {
                    // a start from the earlier version may be under way
                    _folders.DeleteOthers(installed.Folder, _record.Run?.InstallFolder);
                }

                foreach (var command in _commands.FindAll(command => command.Type == CommandType.Update && _record.IsInstalled))
                {
                    command.Done();
                    _commands.Remove(command);
                }
            }
            else if (desired.GameId == _record.Desired.GameId)
            {
                FailCommands(problem!, command => command.Type == CommandType.Update);
                if (_record.IsInstalled)
                {
                    LogNotInstalled(_logger, Id, problem!);
                }
                else
                {
                    FailInstall(problem!, isRetryable);
                }
            }

            Tell();
        }

        _wake.Set();
    }

    private void FailInstall(string problem, bool isRetryable)
    {
        LogNotInstalled(_logger, Id, problem);
        var (history, pause) = _record.Crashes.Count(_clock.GetUtcNow(), TimeSpan.Zero, _surroundings.Options.Random(), CrashLimit);
        var isNext = isRetryable && pause is not null;
        _installProblem = isNext ? null : problem;
        FailCommands(problem, command => command.Type is CommandType.Start or CommandType.Restart && _running is null);
        Store(_record with
        {
            Crashes = history,
            Reason = problem,
            Idle = isNext ? ServerState.Crashed : ServerState.Failed,
            NextTryAt = isNext ? _clock.GetUtcNow() + pause : null,
        });
    }

    private void Report(InstallProgress progress)
    {
        lock (_lock)
        {
            _progress = new ServerProgress(progress.Percent, progress.Bytes, progress.Total);
            var wait = _progressTold == 0 ? TimeSpan.Zero : ProgressInterval - _clock.GetElapsedTime(_progressTold);
            if (wait <= TimeSpan.Zero)
            {
                _progressTold = _clock.GetTimestamp();
                Tell();
            }
            else if (!_isProgressDue)
            {
                // the last report before a long pause counts most
                _isProgressDue = true;
                _ = TellLaterAsync(wait);
            }
        }
    }

    private async Task TellLaterAsync(TimeSpan wait)
    {
        await Task.Delay(wait, _clock, _leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _isProgressDue = false;
            if (_install is not null && !_leaving.IsCancellationRequested)
            {
                _progressTold = _clock.GetTimestamp();
                Tell();
            }
        }
    }

    /// <summary>In the installer's own thread, in order: the framework's own class would queue them.</summary>
    private sealed class Progress(ServerSupervisor server) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => server.Report(value);
    }

    [LoggerMessage(LogLevel.Information, "Server {Server} has {Game} installed. {Version}")]
    private static partial void LogInstalled(ILogger logger, string server, string game, string version);

    [LoggerMessage(LogLevel.Warning, "The game of server {Server} cannot be installed: {Reason}")]
    private static partial void LogNotInstalled(ILogger logger, string server, string reason);

    [LoggerMessage(LogLevel.Error, "A bug in FleetBridge: the install of server {Server} failed.")]
    private static partial void LogInstallBug(ILogger logger, Exception exception, string server);
}
