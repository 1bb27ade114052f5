using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Control;

/// <summary>Who is told when a change is stored: servers, whoever waits for a session, watchers, the log.</summary>
internal sealed partial class FleetControl
{
    /// <summary>What a watcher may be behind.</summary>
    private const int WatchedChanges = 65_536;

    /// <summary>The close code for a connection that a newer one has replaced.</summary>
    private const int NormalClosure = 1000;

    private readonly ConcurrentDictionary<string, ServerLink> _links = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<SessionWait>> _waits = new(StringComparer.Ordinal);
    private readonly List<Channel<FleetChange>> _watches = [];
    private readonly List<Push> _pushes = [];
    private readonly List<FleetNotice> _notices = [];
    private readonly List<SessionWait> _over = [];
    private Action<KillProcessPush>? _kill;

    /// <summary>Takes a server process's new connection. An older one of the same process is told to close.</summary>
    /// <param name="identity">Who it says it is.</param>
    /// <param name="deliver">Gets the pushes, in order, on the writer's thread: it has to queue them.</param>
    /// <exception cref="FleetException">As <see cref="FleetModel.Connected"/>.</exception>
    public async Task<ServerLink> ConnectAsync(ServerIdentity identity, Action<Push> deliver)
    {
        ServerLink? link = null;
        await Enqueue(
            model => model.Connected(identity),
            connection =>
            {
                link = new ServerLink(this, connection, deliver);
                if (_links.TryGetValue(identity.ProcessId, out var older))
                {
                    DeliverTo(older, new CloseConnectionPush(
                        identity.ProcessId, NormalClosure, "Replaced by a newer connection of this process."));
                }

                _links[identity.ProcessId] = link;
            }).ConfigureAwait(false);
        return link!;
    }

    /// <summary>Takes the launcher of this host's own server processes, which kills one when told to.</summary>
    /// <returns>Disposed when it launches no more.</returns>
    public IDisposable AttachLauncher(Action<KillProcessPush> kill)
    {
        _kill += kill;
        return new Detachment(() => _kill -= kill);
    }

    /// <summary>Waits until a game session is as wished.</summary>
    /// <param name="condition">Short; runs under the lock.</param>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public Task<GameSession> WaitForAsync(string gameSessionId, Func<GameSession, bool> condition, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var session = _model.GetGameSession(gameSessionId);
            if (condition(session))
            {
                return Task.FromResult(session);
            }

            if (!_waits.TryGetValue(gameSessionId, out var waits))
            {
                _waits[gameSessionId] = waits = [];
            }

            var wait = new SessionWait(condition);
            waits.Add(wait);
            return wait.GetAsync(() => Forget(gameSessionId, wait), cancellationToken);
        }
    }

    /// <summary>Every change of a record from now on, once it is stored. A watcher that falls far behind is ended with an error.</summary>
    public IAsyncEnumerable<FleetChange> Changes(CancellationToken cancellationToken = default)
    {
        var watch = Channel.CreateBounded<FleetChange>(
            new BoundedChannelOptions(WatchedChanges) { SingleReader = true, SingleWriter = true });
        lock (_gate)
        {
            _watches.Add(watch);
        }

        return ReadAsync(watch, cancellationToken);
    }

    internal Task DisconnectAsync(ServerLink link)
    {
        var processId = link.Connection.Process.ProcessId;
        _links.TryRemove(KeyValuePair.Create(processId, link));
        return Volatile.Read(ref _isClosed)
            ? Task.CompletedTask
            : ChangeAsync(model => model.Disconnected(processId, link.Connection.Number));
    }

    private async IAsyncEnumerable<FleetChange> ReadAsync(
        Channel<FleetChange> watch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in watch.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_gate)
            {
                _watches.Remove(watch);
            }
        }
    }

    /// <summary>Under the lock: takes from the transition what has to be told, and clears it.</summary>
    private void NoteChanges()
    {
        var transition = _model.Transition;
        _pushes.AddRange(transition.Pushes);
        _notices.AddRange(transition.Notices);
        if (_waits.Count > 0 || _watches.Count > 0)
        {
            foreach (var change in transition.Changes)
            {
                if (change.Table.Name == FleetModel.GameSessionTable && _waits.TryGetValue(change.Key, out var waits))
                {
                    EndWaits(waits, change);
                }

                foreach (var watch in _watches)
                {
                    if (!watch.Writer.TryWrite(new FleetChange((IRecord?)change.Before, (IRecord?)change.After)))
                    {
                        watch.Writer.TryComplete(new InvalidOperationException($"The watcher is {WatchedChanges} changes behind."));
                    }
                }
            }
        }

        transition.Clear();
    }

    private void EndWaits(List<SessionWait> waits, RecordChange change)
    {
        for (var i = waits.Count - 1; i >= 0; i--)
        {
            if (waits[i].IsOver((GameSession?)change.After, change.Key))
            {
                _over.Add(waits[i]);
                waits.RemoveAt(i);
            }
        }

        if (waits.Count == 0)
        {
            _waits.Remove(change.Key);
        }
    }

    /// <summary>Outside the lock, on the writer's thread.</summary>
    private void Deliver()
    {
        foreach (var push in _pushes)
        {
            if (push is KillProcessPush kill)
            {
                Try(() => _kill?.Invoke(kill));
            }
            else if (_links.TryGetValue(push.ProcessId, out var link))
            {
                DeliverTo(link, push);
            }
        }

        foreach (var notice in _notices)
        {
            (notice.IsWarning ? (Action<ILogger, string>)Warning : Information)(_logger, notice.Message);
        }

        foreach (var wait in _over)
        {
            wait.Complete();
        }

        _pushes.Clear();
        _notices.Clear();
        _over.Clear();
    }

    private void DeliverTo(ServerLink link, Push push) => Try(() => link.Deliver(push));

    private void Try(Action act)
    {
        try
        {
            act();
        }
        catch (Exception error)
        {
            // one connection's fault is not the others'
            DeliveryFailed(_logger, error);
        }
    }

    private void Forget(string gameSessionId, SessionWait wait)
    {
        lock (_gate)
        {
            if (_waits.TryGetValue(gameSessionId, out var waits) && waits.Remove(wait) && waits.Count == 0)
            {
                _waits.Remove(gameSessionId);
            }
        }
    }

    private void EndWatches()
    {
        lock (_gate)
        {
            foreach (var watch in _watches)
            {
                watch.Writer.TryComplete();
            }

            foreach (var wait in _waits.Values.SelectMany(waits => waits))
            {
                wait.Fail(new ObjectDisposedException(nameof(FleetControl)));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    private static partial void Warning(ILogger logger, string message);

    [LoggerMessage(LogLevel.Information, "{Message}")]
    private static partial void Information(ILogger logger, string message);

    [LoggerMessage(LogLevel.Error, "A push could not be handed to a server's connection; this is a bug.")]
    private static partial void DeliveryFailed(ILogger logger, Exception error);

    private sealed class Detachment(Action detach) : IDisposable
    {
        private Action? _detach = detach;

        public void Dispose() => Interlocked.Exchange(ref _detach, null)?.Invoke();
    }
}
