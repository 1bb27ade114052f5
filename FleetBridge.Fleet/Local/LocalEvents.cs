using System.Collections.Concurrent;
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
    private readonly ConcurrentDictionary<string, bool> _ready = new(StringComparer.Ordinal);
    private readonly ServerWatch _servers;
    private readonly Task _reading;
    private TaskCompletionSource _next = NewTurn();

    /// <summary>Begins to watch.</summary>
    /// <param name="control">The fleet.</param>
    /// <param name="servers">The servers that were started here.</param>
    public LocalEvents(FleetControl control, ServerWatch servers)
    {
        _servers = servers;
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

    /// <summary>A server of an earlier host was taken over: it is ready if it has connected again, and otherwise once it has.</summary>
    public void TellAdopted(ServerProcess process)
    {
        if (FleetModel.IsAvailable(process) && _ready.TryAdd(process.ProcessId, true))
        {
            Tell(Of(LocalEvent.ProcessReady, process));
        }
    }

    /// <summary>Waits until something is so, and everything that led to it was told.</summary>
    /// <param name="condition">What should be so.</param>
    /// <param name="cancellation">Ends the wait, without an error.</param>
    public async Task WaitAsync(Func<bool> condition, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var next = Volatile.Read(ref _next).Task;
            if (condition())
            {
                return;
            }

            await next.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

    private static TaskCompletionSource NewTurn() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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

                if (change.After is ServerObservation { Observed: { } observed })
                {
                    await _servers.ObserveAsync(observed).ConfigureAwait(false);
                }

                Interlocked.Exchange(ref _next, NewTurn()).TrySetResult();
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
            when IsNewlyReady(change.Before as ServerProcess, process) => Of(LocalEvent.ProcessReady, process),

        // the end of what was started here is told when its worker reports it, with the exit code
        (ServerProcess { State: < ServerProcessState.Lost } before, ServerProcess { State: >= ServerProcessState.Lost } process)
            when IsForeign(before.ProcessId) => Of(LocalEvent.ProcessEnded, process),
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

    private bool IsForeign(string processId)
    {
        _ready.TryRemove(processId, out _);
        return _servers.NameOf(processId) is null;
    }

    /// <summary>Ready is what can be given a game session: a process's first health report comes right behind its ProcessReady. One that
    /// was ready under an earlier host is so again when it is back.</summary>
    private bool IsNewlyReady(ServerProcess? before, ServerProcess process)
    {
        var isNewLife = before?.State != ServerProcessState.Ready;
        if (isNewLife)
        {
            _ready.TryRemove(process.ProcessId, out _);
        }

        var isTold = FleetModel.IsAvailable(process) && _ready.TryAdd(process.ProcessId, true);
        if (isNewLife || isTold)
        {
            _servers.NoteReady(process.ProcessId);
        }

        return isTold;
    }

    private LocalEvent Of(string name, ServerProcess process) => new(name)
    {
        ProcessId = process.ProcessId,
        Server = _servers.NameOf(process.ProcessId),
        Port = process.Port,
        Status = name == LocalEvent.ProcessEnded ? process.State.ToString() : null,
    };

    private LocalEvent Of(string name, GameSession session) => new(name)
    {
        ProcessId = session.ProcessId,
        Server = _servers.NameOf(session.ProcessId),
        GameSessionId = session.GameSessionId,
        SessionName = session.Name,
        IpAddress = session.IpAddress,
        Port = session.Port,
        Status = session.Status.ToString(),
    };
}
