using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers;

/// <summary>What comes about by itself: the SDK's news, commands that expire, workers that come and go.</summary>
internal sealed partial class WorkerFleet
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How long after its deadline a command that an unknown worker has got may still have an outcome.</summary>
    private static readonly TimeSpan UnknownGrace = TimeSpan.FromSeconds(60);

    /// <summary>The same with a worker that is alive: it always reports one, but never forever.</summary>
    private static readonly TimeSpan AliveGrace = TimeSpan.FromHours(1);

    private readonly Dictionary<string, WorkerState> _states = new(StringComparer.Ordinal);
    private int _isTicking;

    /// <summary>Lets workers know at once what the SDK says of their servers.</summary>
    private async Task WatchSdkAsync(IAsyncEnumerable<FleetChange> changes)
    {
        try
        {
            await foreach (var change in changes.ConfigureAwait(false))
            {
                if (change.After is ServerProcess after
                    && (change.Before is not ServerProcess one || (IsHealthy(one), one.GameSessionId) != (IsHealthy(after), after.GameSessionId))
                    && _links.IsConnected(after.ComputeName))
                {
                    _dispatch.Signal(after.ComputeName);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the host ends
        }
    }

    private async Task TickAsync()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) != 0)
        {
            return;
        }

        try
        {
            await ExpireAsync().ConfigureAwait(false);
            await NoteStatesAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or FleetException or OperationCanceledException)
        {
            // the host ends, or its store cannot be written, which is logged there
        }
        finally
        {
            Volatile.Write(ref _isTicking, 0);
        }
    }

    private async Task ExpireAsync()
    {
        var (waiting, isAnyOverdue) = _control.Read(model => (
            model.OpenCommands.Where(command => command.Status == CommandStatus.Pending).Select(command => command.WorkerId).Distinct().ToList(),
            model.OpenCommands.Any(command => IsOverdue(model, command))));
        waiting.ForEach(_dispatch.Signal);
        if (!isAnyOverdue)
        {
            return;
        }

        var workers = await _control.ChangeAsync(model =>
        {
            var overdue = model.OpenCommands.Where(command => IsOverdue(model, command)).ToList();
            foreach (var command in overdue)
            {
                ServerRules.End(
                    model,
                    command.CommandId,
                    CommandStatus.Expired,
                    command.Status == CommandStatus.Pending
                        ? $"Worker {command.WorkerId} did not get it in time."
                        : $"Worker {command.WorkerId} has got it, and has not said what became of it.",
                    model.Now);
            }

            return overdue.Select(command => command.WorkerId).Distinct().ToList();
        }).ConfigureAwait(false);
        workers.ForEach(_dispatch.Signal);
    }

    private bool IsOverdue(FleetModel model, ServerCommand command) => model.Now >= command.Deadline
        + (command.Status == CommandStatus.Pending ? TimeSpan.Zero : Presence.IsHeard(command.WorkerId) ? AliveGrace : UnknownGrace);

    /// <summary>Logs workers that come and go, and keeps when one was last seen.</summary>
    private async Task NoteStatesAsync()
    {
        var lost = new List<string>();
        foreach (var worker in _control.Read(model => model.Workers.All.ToList()))
        {
            var state = Presence.StateOf(worker);
            if (_states.TryGetValue(worker.WorkerId, out var before) && before != state)
            {
                LogState(worker.WorkerId, worker.Name, state);
                if (state == WorkerState.Unknown)
                {
                    lost.Add(worker.WorkerId);
                }
            }

            _states[worker.WorkerId] = state;
        }

        if (lost.Count > 0)
        {
            await _control.ChangeAsync(model =>
            {
                foreach (var worker in lost.Select(id => model.Workers.Find(id)).OfType<FleetWorker>())
                {
                    model.Workers.Set(worker with { LastSeenAt = Presence.SeenAt(worker.WorkerId) ?? worker.LastSeenAt });
                }
            }).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Information, "Worker {WorkerId} ({Name}) is {State}.")]
    private partial void LogState(string workerId, string name, WorkerState state);
}
