using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <content>Reports its state.</content>
internal sealed partial class ServerSupervisor
{
    private void Tell()
    {
        var now = Describe();
        if (_told is null || !IsSame(now, _told))
        {
            _told = now;
            _surroundings.Changes.Tell(now);
        }
    }

    private static bool IsSame(ObservedServer left, ObservedServer right) =>
        left with { Ports = right.Ports } == right && left.Ports.Count == right.Ports.Count && !left.Ports.Except(right.Ports).Any();

    private ObservedServer Describe()
    {
        var running = _running;
        var run = _record.Run;
        return new ObservedServer
        {
            Id = Id,
            State = running is null
                ? IsInstalling ? ServerState.Installing : _record.Idle
                : _isStopping ? ServerState.Stopping
                : run is { IsReady: true } ? ServerState.Ready : ServerState.Starting,
            Pid = running?.Pid,
            StartedAt = running?.StartedAt ?? _record.StartedAt,
            ExitCode = _record.ExitCode,
            Signal = _record.Signal,
            Reason = _record.Reason,
            StoppedBy = _record.StoppedBy,
            Restarts = _record.Restarts,
            NextTryAt = running is null && _record.Idle == ServerState.Crashed ? _record.NextTryAt : null,
            Ports = _record.Ports,
            Progress = _install is null ? null : _progress,
            ConfigurationVersion = running is not null && run is not null ? run.ConfigurationVersion : _record.Desired.ConfigurationVersion,
            IsOutdated = running is not null && run is not null && _record.Install is { } install && install.Folder != run.InstallFolder,
            ProcessId = running is null ? null : run?.ProcessId,
            PauseSeconds = _record.PauseSeconds,
            LastRun = _record.LastRun,
            Ends = _record.Ends,
            IsGone = IsGone,
        };
    }
}
