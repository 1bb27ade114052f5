using System.Threading.Channels;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Local;

/// <summary>What happens on a fleet, for those who follow it.</summary>
internal sealed class LocalEvents : IAsyncDisposable
{
    private const int MostBehind = 10_000;

    private readonly Lock _lock = new();
    private readonly List<Channel<LocalEvent>> _followers = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly Func<string, string?> _nameOf;
    private readonly Task _reading;

    /// <summary>Begins to watch.</summary>
    /// <param name="control">The fleet.</param>
    /// <param name="nameOf">The name of a server that was started here, by its process id; null for others.</param>
    public LocalEvents(FleetControl control, Func<string, string?> nameOf)
    {
        _nameOf = nameOf;
        var changes = control.Changes(_disposed.Token);
        _reading = Task.Run(() => ReadAsync(changes));
    }

    /// <summary>Follows from now on. A follower that is far behind loses the oldest.</summary>
    public ChannelReader<LocalEvent> Follow(CancellationToken cancellation)
    {
        var follower = Channel.CreateBounded<LocalEvent>(new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            _followers.Add(follower);
        }

        cancellation.UnsafeRegister(
            _ =>
            {
                lock (_lock)
                {
                    _followers.Remove(follower);
                }

                follower.Writer.TryComplete();
            },
            null);
        return follower.Reader;
    }

    /// <summary>Tells all followers.</summary>
    public void Tell(LocalEvent happened)
    {
        lock (_lock)
        {
            foreach (var follower in _followers)
            {
                follower.Writer.TryWrite(happened);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var follower in _followers)
            {
                follower.Writer.TryComplete();
            }

            _followers.Clear();
        }

        _disposed.Dispose();
    }

    private async Task ReadAsync(IAsyncEnumerable<FleetChange> changes)
    {
        try
        {
            await foreach (var change in changes.ConfigureAwait(false))
            {
                if (Of(change) is { } happened)
                {
                    Tell(happened);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException)
        {
            // disposed, or so far behind that the fleet continues without this watcher
        }
    }

    private LocalEvent? Of(FleetChange change) => (change.Before, change.After) switch
    {
        (ServerProcess or null, ServerProcess { State: ServerProcessState.Ready } process)
            when (change.Before as ServerProcess)?.State != ServerProcessState.Ready => Of(LocalEvent.ProcessReady, process),

        // what was started here is told by its launcher, which knows the exit code
        (ServerProcess { State: < ServerProcessState.Lost } before, ServerProcess { State: >= ServerProcessState.Lost } process)
            when _nameOf(before.ProcessId) is null => Of(LocalEvent.ProcessEnded, process),
        (null, GameSession { IsOpen: true } session) => Of(LocalEvent.SessionCreated, session),
        (GameSession { Status: GameSessionStatus.ACTIVATING }, GameSession { Status: GameSessionStatus.ACTIVE } session) =>
            Of(LocalEvent.SessionActive, session),
        (GameSession { IsOpen: true }, GameSession { IsOpen: false } session) => Of(LocalEvent.SessionEnded, session),
        (null, PlayerSession player) => new LocalEvent(LocalEvent.PlayerSessionCreated)
        {
            GameSessionId = player.GameSessionId,
            Text = $"Connect string of {player.PlayerId}: {player.IpAddress}:{player.Port}?PlayerSessionId={player.PlayerSessionId}",
        },
        _ => null,
    };

    private LocalEvent Of(string name, ServerProcess process) => new(name)
    {
        ProcessId = process.ProcessId,
        Server = _nameOf(process.ProcessId),
        Port = process.Port,
        Status = name == LocalEvent.ProcessEnded ? process.State.ToString() : null,
    };

    private LocalEvent Of(string name, GameSession session) => new(name)
    {
        ProcessId = session.ProcessId,
        Server = _nameOf(session.ProcessId),
        GameSessionId = session.GameSessionId,
        SessionName = session.Name,
        IpAddress = session.IpAddress,
        Port = session.Port,
        Status = session.Status.ToString(),
    };
}
