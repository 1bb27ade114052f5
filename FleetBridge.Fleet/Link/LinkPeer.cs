using System.Net.WebSockets;
using System.Threading.Channels;
using FleetBridge.Core.Text;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Link;

/// <summary>
/// The other side of a link, through all of its connections: what is to be sent there, what came from there, and the handler's calls. The
/// same on both sides.
/// </summary>
internal sealed partial class LinkPeer : IAsyncDisposable
{
    private readonly ILinkHandler _handler;
    private readonly LinkBounds _bounds;
    private readonly LinkTimes _times;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly LinkOutbox _outbox;
    private readonly Channel<LinkDelivery> _deliveries = Channel.CreateUnbounded<LinkDelivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private readonly Task _delivering;
    private LinkInbox _inbox;
    private volatile LinkConnection? _connection;
    private LinkStatus _status = new();
    private TaskCompletionSource? _room;
    private long _queued;
    private long _duplicates;
    private long _missed;

    /// <summary>A peer without a session.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="handler">Handles what comes.</param>
    /// <param name="bounds">How much is kept for it.</param>
    /// <param name="times">The times of its connections.</param>
    /// <param name="clock">The clock of every wait.</param>
    /// <param name="logger">Logs what the handler did not catch.</param>
    public LinkPeer(string id, ILinkHandler handler, LinkBounds bounds, LinkTimes times, TimeProvider clock, ILogger logger)
    {
        (Id, _handler, _bounds, _times, _clock, _logger) = (id, handler, bounds, times, clock, logger);
        _outbox = new LinkOutbox(bounds, clock);
        _inbox = new LinkInbox(_deliveries.Writer);
        _delivering = Task.Run(DeliverAsync);
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>How far this side has come.</summary>
    public LinkPosition Position
    {
        get
        {
            lock (_lock)
            {
                return new LinkPosition(_status.Epoch, _inbox.Handled);
            }
        }
    }

    /// <summary>Whether a connection is there.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>What can be seen of it now.</summary>
    public LinkStatus Status
    {
        get
        {
            LinkStatus status;
            LinkInbox inbox;
            lock (_lock)
            {
                (status, inbox) = (_status, _inbox);
            }

            return _outbox.Describe(status with
            {
                Received = inbox.Received,
                Silence = _connection?.Silence ?? TimeSpan.Zero,
                Duplicates = Interlocked.Read(ref _duplicates),
                Missed = Interlocked.Read(ref _missed),
            });
        }
    }

    /// <summary>Sends a message after those before it; completes when it is kept for the other side, which need not be connected.</summary>
    /// <param name="type">Its type, at least 1.</param>
    /// <param name="payload">Its payload, which must not change afterwards.</param>
    /// <param name="kind">What happens if there is no room.</param>
    /// <param name="cancellation">Ends the wait for room.</param>
    /// <exception cref="LinkException">The link has ended.</exception>
    public ValueTask SendAsync(
        int type, ReadOnlyMemory<byte> payload, LinkClass kind = LinkClass.Control, CancellationToken cancellation = default)
    {
        var added = _outbox.AddAsync(type, payload, kind, cancellation);
        _connection?.Signal();
        return added;
    }

    /// <summary>Closes the present connection, if there is one.</summary>
    /// <param name="code">The close code.</param>
    /// <param name="reason">Why, for the other side's log.</param>
    public void Close(int code, string reason) => _connection?.Close(code, reason);

    /// <summary>Ends the present connection at once, if there is one.</summary>
    /// <param name="reason">Why.</param>
    public void Abort(string reason) => _connection?.Lose(reason);

    /// <summary>Continues the session.</summary>
    /// <param name="received">The number of the last message that the other side has handled.</param>
    /// <returns>False if that cannot be.</returns>
    public bool TryContinue(long received) => _outbox.TryContinue(received);

    /// <summary>Begins a session.</summary>
    /// <param name="epoch">Its id; null for none yet.</param>
    /// <param name="survives">Which control messages that were not acknowledged are sent in it; null for all.</param>
    public void Restart(string? epoch, Func<int, bool>? survives)
    {
        lock (_lock)
        {
            _inbox.Retire();
            _inbox = new LinkInbox(_deliveries.Writer);
            _outbox.Restart(survives);
            _status = _status with { Epoch = epoch };
        }
    }

    /// <summary>Serves a connection until it has ended, in the place of the one before.</summary>
    /// <param name="socket">The WebSocket, which it disposes.</param>
    /// <param name="session">The session that it belongs to.</param>
    /// <param name="stopping">Closes the connection.</param>
    /// <returns>How it ended.</returns>
    public async Task<LinkEnd> ServeAsync(WebSocket socket, LinkSession session, CancellationToken stopping)
    {
        using var connection = Attach(socket, session);
        LinkEnd end;
        using (stopping.UnsafeRegister(_ => connection.Close(LinkCloseCode.Normal, "stopping"), null))
        {
            end = await connection.RunAsync().ConfigureAwait(false);
        }

        lock (_lock)
        {
            if (_connection == connection)
            {
                _connection = null;
                _status = _status with { ConnectedSince = null, LastEnd = end.ToString() };
                _deliveries.Writer.TryWrite(new LinkDelivery(null, 0, 0, default, 0, end));
            }
        }

        return end;
    }

    /// <summary>Notes what the client does between two connections.</summary>
    public void Note(Func<LinkStatus, LinkStatus> change)
    {
        lock (_lock)
        {
            _status = change(_status);
        }
    }

    /// <summary>Counts what a connection has received.</summary>
    public void Count(long duplicates, long weight)
    {
        Interlocked.Add(ref _duplicates, duplicates);
        Interlocked.Add(ref _queued, weight);
    }

    /// <summary>Waits while too much of what was received waits for the handler.</summary>
    public ValueTask WaitForRoomAsync()
    {
        if (Interlocked.Read(ref _queued) <= _bounds.ReceivedBytes)
        {
            return ValueTask.CompletedTask;
        }

        lock (_lock)
        {
            // first the promise, then the number: whoever makes room does it the other way round
            var room = _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            GrantRoom();
            return new ValueTask(room.Task);
        }
    }

    /// <summary>Ends it for good: what was received is handled, what was not sent is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        _outbox.Close();
        Abort("the link ends");
        _deliveries.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _delivering.ConfigureAwait(false);
        _ending.Dispose();
    }

    private LinkConnection Attach(WebSocket socket, LinkSession session)
    {
        lock (_lock)
        {
            _connection?.GiveWay();
            var connection = new LinkConnection(socket, this, _outbox, _inbox, _times, _clock);
            _outbox.SendOver(connection);
            _connection = connection;
            _status = _status with { ConnectedSince = _clock.GetUtcNow(), Attempts = 0, NextTryAt = null };
            _deliveries.Writer.TryWrite(new LinkDelivery(null, 0, 0, default, 0, session));
            connection.Signal();
            return connection;
        }
    }

    private async Task DeliverAsync()
    {
        await foreach (var delivery in _deliveries.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await DeliverAsync(delivery).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                // the link ends
            }
            catch (Exception exception)
            {
                LogNotHandled(delivery.Type, VisibleText.Of(Id), exception.Message);
                LogTrace(exception.ToString());
            }

            if (delivery.Inbox is { } inbox)
            {
                inbox.Handled = delivery.Number;
                _connection?.Owe(delivery.Payload.Length);
                Release(delivery.Weight);
            }
        }
    }

    private ValueTask DeliverAsync(in LinkDelivery delivery)
    {
        switch (delivery)
        {
            case { Notice: LinkSession session }:
                return _handler.OnSessionAsync(this, session, _ending.Token);
            case { Notice: LinkEnd end }:
                _handler.OnDisconnected(this, end);
                return ValueTask.CompletedTask;
            case { Type: LinkFrame.Gap }:
                Interlocked.Add(ref _missed, delivery.Missing);
                _handler.OnGap(this, delivery.Missing);
                return ValueTask.CompletedTask;
            default:
                return _handler.OnMessageAsync(this, delivery.Type, delivery.Payload, _ending.Token);
        }
    }

    private void Release(long weight)
    {
        Interlocked.Add(ref _queued, -weight);
        if (Volatile.Read(ref _room) is not null)
        {
            lock (_lock)
            {
                GrantRoom();
            }
        }
    }

    private void GrantRoom()
    {
        if (Interlocked.Read(ref _queued) <= _bounds.ReceivedBytes / 2)
        {
            _room?.SetResult();
            _room = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A message of type {Type} from {Peer} was not handled, which is a bug in FleetBridge: {Error}")]
    private partial void LogNotHandled(int type, string peer, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
