using System.Diagnostics.CodeAnalysis;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Worker;

/// <summary>
/// Works towards what one server should be, one thing after the other. Its state follows from the process and from what is wanted;
/// every command ends in an outcome; a stop or a kill goes before what waits.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Token sources without a timer and a semaphore without a handle hold nothing; the watch is disposed with its run.")]
internal sealed partial class ServerSupervisor
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(500);

    private readonly SupervisorSurroundings _surroundings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly InstallFolders _folders;
    private readonly Wake _wake = new();
    private readonly Lock _lock = new();
    private readonly List<PendingCommand> _commands = [];
    private readonly SemaphoreSlim _stdin = new(1, 1);
    private readonly CancellationTokenSource _leaving = new();
    private ServerRecord _record;
    private IRunningServer? _running;
    private HealthWatch? _health;
    private Task? _install;
    private CancellationTokenSource? _installCancel;
    private CancellationTokenSource? _startCancel;
    private CancellationTokenSource _killNow = new();
    private ServerProgress? _progress;
    private long _progressTold;
    private bool _isProgressDue;
    private bool _isStopping;
    private bool _isKilledByHost;
    private bool _isShuttingDown;
    private string? _installProblem;
    private ObservedServer? _told;
    private readonly TaskCompletionSource _isDown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _work = Task.CompletedTask;

    /// <summary>Creates one; <see cref="Begin()"/> starts its work.</summary>
    /// <param name="record">What is known of the server.</param>
    /// <param name="running">The run that was found; null for none.</param>
    /// <param name="surroundings">What it shares with others.</param>
    public ServerSupervisor(ServerRecord record, IRunningServer? running, SupervisorSurroundings surroundings)
    {
        (_record, _running, _surroundings) = (record, running, surroundings);
        (_clock, _logger) = (surroundings.Clock, surroundings.Logger);
        Folder = Path.Combine(surroundings.ServersFolder, record.Desired.Id);
        _folders = new InstallFolders(Folder, surroundings.Options.Disk);
        surroundings.Ports.Load(record.Desired.Id, record.Ports);
    }

    /// <summary>The server's folder.</summary>
    public string Folder { get; }

    /// <summary>The server's id.</summary>
    public string Id => _record.Desired.Id;

    /// <summary>Whether nothing of it is left.</summary>
    public bool IsGone { get; private set; }

    /// <summary>What is known of it.</summary>
    public ServerRecord Record
    {
        get
        {
            lock (_lock)
            {
                return _record;
            }
        }
    }

    /// <summary>The current run; null for none.</summary>
    public IRunningServer? Running => _running;

    /// <summary>How it is.</summary>
    public ObservedServer Observed
    {
        get
        {
            lock (_lock)
            {
                return Describe();
            }
        }
    }

    private DesiredState Wanted => _isShuttingDown || _record.Desired.IsDeleted ? DesiredState.Stopped : _record.Desired.DesiredState;

    /// <summary>A new server is installing from its first moment on, so that nobody takes it for installed.</summary>
    private bool IsInstalling => _record.Idle == ServerState.Stopped
        && (_install is not null || (_record.Install is null && _installProblem is null && !_surroundings.IsFrozen() && !_isShuttingDown));

    private string InstallFolder => _folders.PathOf(_record.Install!.Folder);

    /// <summary>Begins to work.</summary>
    public void Begin() => _work = Task.Run(WorkAsync);

    /// <summary>Something outside may have changed.</summary>
    public void Look() => _wake.Set();

    /// <summary>What should be has changed.</summary>
    /// <param name="desired">What should be.</param>
    public void Change(DesiredServer desired)
    {
        lock (_lock)
        {
            var before = _record;
            if (IsSameWish(desired, before.Desired))
            {
                return;
            }

            var isNewStart = desired.DesiredState == DesiredState.Running && before.Desired.DesiredState == DesiredState.Stopped;
            var isNewGame = desired.GameId != before.Desired.GameId;
            Store(before with { Desired = desired });
            var isNewStop = desired.DesiredState == DesiredState.Stopped && before.Desired.DesiredState == DesiredState.Running;
            var isNewConfiguration = isNewGame || desired.ConfigurationVersion != before.Desired.ConfigurationVersion;
            if (isNewConfiguration)
            {
                _installProblem = null;
            }

            if (isNewStart || isNewStop || isNewConfiguration)
            {
                Recover(isAsked: isNewGame || isNewStart);
            }

            if (Wanted == DesiredState.Stopped)
            {
                _ = _startCancel?.CancelAsync();
            }

            if (isNewGame || desired.IsDeleted)
            {
                _ = _installCancel?.CancelAsync();
            }

            Tell();
        }

        _wake.Set();
    }

    /// <summary>Stops it, and starts it no more as long as this process lives.</summary>
    public async Task ShutdownAsync()
    {
        lock (_lock)
        {
            _isShuttingDown = true;
            _ = _startCancel?.CancelAsync();
            _ = _installCancel?.CancelAsync();
            FailCommands("The worker shuts down.", command => IsForRunning(command.Type));
        }

        _wake.Set();
        await Task.WhenAny(_work, _isDown.Task).ConfigureAwait(false);
        if (_install is { } install)
        {
            await install.ConfigureAwait(false);
        }
    }

    /// <summary>Ends the work and leaves the server as it is.</summary>
    public async Task LeaveAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        _ = _installCancel?.CancelAsync();
        await _work.ConfigureAwait(false);
        if (_install is { } install)
        {
            await install.ConfigureAwait(false);
        }

        lock (_lock)
        {
            // not failed: it is carried out when the worker is back
            _commands.ForEach(command => command.Cancel());
            _commands.Clear();
        }
    }

    /// <summary>The SDK says how the server is.</summary>
    /// <param name="processId">The run.</param>
    /// <param name="isHealthy">Whether it is ready and healthy.</param>
    /// <param name="hadSession">Whether it was given a game session.</param>
    /// <param name="kill">Why the host ends it at once; null if it does not.</param>
    public void TellSdkHealth(string processId, bool isHealthy, bool hadSession, string? kill)
    {
        lock (_lock)
        {
            if (_record.Run is not { } run || run.ProcessId != processId || _running is null)
            {
                return;
            }

            if (hadSession && !run.HadSession)
            {
                Store(_record with { Run = run with { HadSession = true } });
            }

            if (kill is not null)
            {
                _isKilledByHost = true;
                _health?.End(kill);
                _ = _killNow.CancelAsync();
            }

            _health?.TellSdk(isHealthy);
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            if (_running is { } adopted)
            {
                Adopt(adopted);
            }
            else if (_record.Run is not null)
            {
                Handle(new ServerExit { EndedAt = _clock.GetUtcNow(), Note = "Nothing of its last run was found." }, null, null);
            }

            while (!_leaving.IsCancellationRequested && !IsGone)
            {
                await StepAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // the server stays as it is
        }
        catch (Exception exception)
        {
            LogBug(_logger, exception, Id);
            lock (_lock)
            {
                FailCommands($"A bug in FleetBridge ({exception.GetType().Name}); the worker's log has more.", _ => true);
            }
        }
        finally
        {
            _health?.Dispose();
        }
    }

    private Task StepAsync()
    {
        if (_running is not null)
        {
            return WatchAsync(_running);
        }

        bool isUnwanted;
        lock (_lock)
        {
            FinishStops();
            isUnwanted = _record.Desired.IsDeleted;
            if (_isShuttingDown)
            {
                _isDown.TrySetResult();
            }
        }

        if (isUnwanted)
        {
            return RemoveAsync();
        }

        BeginInstall();
        return IsStartDue() ? StartAsync() : WaitAsync();
    }

    /// <summary>Waits until something is new, or the next try is due.</summary>
    private async Task WaitAsync()
    {
        DateTimeOffset? next;
        lock (_lock)
        {
            // a command that a failure has answered already is not waited for
            if (_record.Idle == ServerState.Failed && _install is null)
            {
                FailCommands(_record.Reason ?? "It has failed.", command => command.Type is CommandType.Start or CommandType.Restart);
            }

            next = Wanted == DesiredState.Running ? _record.NextTryAt : null;
            Tell();
        }

        using var due = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        using var timer = next is { } at
            ? _clock.CreateTimer(_ => _wake.Set(), null, Max(at - _clock.GetUtcNow()), Timeout.InfiniteTimeSpan)
            : null;
        await _wake.WaitAsync(due.Token).ConfigureAwait(false);
    }

    private bool IsStartDue()
    {
        lock (_lock)
        {
            return Wanted == DesiredState.Running && _record.IsInstalled && !_record.IsHeld && _record.Idle != ServerState.Failed
                && !(_record.NextTryAt is { } next && next > _clock.GetUtcNow());
        }
    }

    /// <summary>A server that failed or waits may be tried at once.</summary>
    private void Recover(bool isAsked)
    {
        if (isAsked)
        {
            _installProblem = null;
            if (_record.IsHeld)
            {
                Store(_record with { IsHeld = false });
            }
        }

        if (_record.Idle is ServerState.Failed or ServerState.Crashed || _record.NextTryAt is not null)
        {
            Store(_record with
            {
                Idle = ServerState.Stopped,
                NextTryAt = null,
                Crashes = CrashHistory.None,
                Restarts = isAsked ? 0 : _record.Restarts,
            });
        }
        else if (isAsked)
        {
            Store(_record with { Crashes = CrashHistory.None, Restarts = 0 });
        }
    }

    /// <summary>A host says again what it wants with each new connection.</summary>
    private static bool IsSameWish(DesiredServer left, DesiredServer right) =>
        left.ConfigurationVersion == right.ConfigurationVersion && left.DesiredState == right.DesiredState && left.GameId == right.GameId
        && left.IsDeleted == right.IsDeleted && left.GameLift == right.GameLift;

    private static TimeSpan Max(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    private void FailCommands(string reason, Predicate<PendingCommand> which)
    {
        foreach (var command in _commands.FindAll(which))
        {
            command.Fail(reason);
            _commands.Remove(command);
        }
    }

    /// <summary>Nothing runs: that is what these asked for.</summary>
    private void FinishStops()
    {
        _isStopping = false;
        foreach (var command in _commands.FindAll(command => command.Type is CommandType.Stop or CommandType.Kill))
        {
            command.Done();
            _commands.Remove(command);
        }
    }

    /// <summary>Each transition is one write. What cannot be written is kept in memory, and written with the next one.</summary>
    private void Store(ServerRecord record)
    {
        _record = record;
        try
        {
            _surroundings.Store.Write(record);
        }
        catch (SqliteException exception)
        {
            LogNotStored(_logger, Id, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Critical, "A bug in FleetBridge: server {Server} is not watched any more, until the worker is started again.")]
    private static partial void LogBug(ILogger logger, Exception exception, string server);

    [LoggerMessage(LogLevel.Error, "The state of server {Server} cannot be stored, so a restart of the worker would not know it: {Reason}")]
    private static partial void LogNotStored(ILogger logger, string server, string reason);

    [LoggerMessage(LogLevel.Warning, "{Folder} of a deleted server cannot be removed, which is tried again: {Reason}")]
    private static partial void LogNotRemoved(ILogger logger, string folder, string reason);
}
