using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Publishes this process's events in order. While the broker is away or takes nothing they wait; a bounded number of them does, the
/// oldest are dropped then, and each drop is counted. Whoever listens sees a gap in the numbers. Events of a topic that wait together go
/// to ours in one message: a broker's work is per message and listener. Others get each one by itself, as nuropb has it.
/// </summary>
internal sealed class EventPublisher : IAsyncDisposable
{
    /// <summary>How many wait.</summary>
    public const int MostWaiting = 10_000;

    private const int MostInBatch = 64;

    /// <summary>So many bytes of events go together: a listener that is slow has 512 messages in memory.</summary>
    private const int LargestBatch = 16 * 1024;

    private readonly Channel<WaitingEvent> _waiting;
    private readonly ConcurrentDictionary<string, StrongBox<long>> _offsets = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _from;
    private readonly BrokerGate _gate;
    private readonly Task _pump;
    private TaskCompletionSource<OpenChannel> _channel = New();
    private long _dropped;
    private long _published;

    /// <param name="from">Who publishes, in the context of each event.</param>
    /// <param name="gate">Closed while the broker takes nothing.</param>
    public EventPublisher(string from, BrokerGate gate)
    {
        (_from, _gate) = (from, gate);
        _waiting = Channel.CreateBounded<WaitingEvent>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>How many events were dropped because too many waited.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How many were published.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Publishes an event, now or when the broker is back.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="event">Its JSON.</param>
    /// <returns>Why it is not published; null where it is.</returns>
    public string? Publish(string topic, ReadOnlySpan<byte> @event)
    {
        if (MessageGuard.FindKeyProblem(topic) is { } problem)
        {
            return problem;
        }

        var id = Guid.NewGuid().ToString("N");
        var offset = _offsets.GetOrAdd(topic, static _ => new StrongBox<long>(0));
        lock (offset)
        {
            var body = MessageBody.Event(id, traceId: null, topic, @event, json =>
            {
                json.WriteString("from"u8, _from);
                json.WriteNumber("offset"u8, offset.Value + 1);
            });
            if (MessageGuard.FindProblem(body.Span) is { } wrong)
            {
                return wrong;
            }

            offset.Value++;
            _waiting.Writer.TryWrite(new WaitingEvent(topic, body, id));
            return null;
        }
    }

    /// <summary>Waits until nothing waits any more, or a limit.</summary>
    public async Task FlushAsync(TimeSpan limit, TimeProvider clock)
    {
        _waiting.Writer.TryComplete();
        try
        {
            await _pump.WaitAsync(limit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // the broker takes nothing
        }
    }

    /// <summary>There is a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="takesBatches">Whether the broker has the exchange for several events in one message.</param>
    public void Open(IChannel channel, bool takesBatches)
    {
        var open = new OpenChannel(channel, takesBatches);
        if (!Volatile.Read(ref _channel).TrySetResult(open))
        {
            var next = New();
            next.SetResult(open);
            Volatile.Write(ref _channel, next);
        }
    }

    /// <summary>There is none any more.</summary>
    public void Close()
    {
        if (Volatile.Read(ref _channel).Task.IsCompleted)
        {
            Volatile.Write(ref _channel, New());
        }
    }

    /// <summary>A channel has ended; the next one may be there already.</summary>
    private void Close(OpenChannel ended)
    {
        var source = Volatile.Read(ref _channel);
        if (source.Task is { IsCompletedSuccessfully: true, Result: var now } && now == ended)
        {
            Interlocked.CompareExchange(ref _channel, New(), source);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _ending.Dispose();
    }

    private static TaskCompletionSource<OpenChannel> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PumpAsync()
    {
        try
        {
            var batch = new List<WaitingEvent>(MostInBatch);
            WaitingEvent? next = null;
            while (next is not null || await _waiting.Reader.WaitToReadAsync(_ending.Token).ConfigureAwait(false))
            {
                next = Fill(batch, next);
                await PublishAsync(batch).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the process ends
        }
    }

    /// <summary>Takes the events of one topic that wait, as far as they are next to each other and fit into a message.</summary>
    /// <param name="batch">Takes them.</param>
    /// <param name="next">The first one; null for the next that waits.</param>
    /// <returns>The one behind them, which begins another batch; null for none.</returns>
    private WaitingEvent? Fill(List<WaitingEvent> batch, WaitingEvent? next)
    {
        batch.Clear();
        for (var bytes = 0; next is not null || _waiting.Reader.TryRead(out next); next = null)
        {
            bytes += next.Body.Length;
            if (batch.Count > 0 && (batch.Count == MostInBatch || bytes > LargestBatch || next.Topic != batch[0].Topic))
            {
                return next;
            }

            batch.Add(next);
        }

        return null;
    }

    private async Task PublishAsync(List<WaitingEvent> batch)
    {
        // the batch first: where the broker does not take it any more, ours get its events one by one
        var isBatched = batch.Count > 1 && await TryPublishBatchAsync(batch).ConfigureAwait(false);
        foreach (var one in batch)
        {
            var properties = MessageProperties.MakeEvent(one.Id, isBatched);
            while (!await TryPublishAsync(await OpenedAsync().ConfigureAwait(false), MeshProtocol.EventsExchange, one.Topic, properties, one.Body)
                .ConfigureAwait(false))
            {
                // again with the next channel
            }

            Interlocked.Increment(ref _published);
        }
    }

    private async Task<bool> TryPublishBatchAsync(List<WaitingEvent> batch)
    {
        var properties = MessageProperties.MakeEvent(batch[0].Id, isBatched: true);
        var body = MessageBody.Batch([.. batch.Select(one => one.Body)]);
        while (await OpenedAsync().ConfigureAwait(false) is { TakesBatches: true } open)
        {
            if (await TryPublishAsync(open, MeshProtocol.BatchExchange, batch[0].Topic, properties, body).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits until there is a channel and the broker takes something.</summary>
    private async Task<OpenChannel> OpenedAsync()
    {
        await _gate.PassAsync(_ending.Token).ConfigureAwait(false);
        return await Volatile.Read(ref _channel).Task.WaitAsync(_ending.Token).ConfigureAwait(false);
    }

    private async Task<bool> TryPublishAsync(
        OpenChannel open, string exchange, string topic, BasicProperties properties, ReadOnlyMemory<byte> body)
    {
        try
        {
            await open.Channel.BasicPublishAsync(exchange, topic, mandatory: false, properties, body, _ending.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            Close(open);
            return false;
        }
    }

    /// <summary>An event that is not published yet.</summary>
    private sealed record WaitingEvent(string Topic, ReadOnlyMemory<byte> Body, string Id);

    /// <summary>The channel of the present connection.</summary>
    private sealed record OpenChannel(IChannel Channel, bool TakesBatches);
}

/// <summary>What the client throws.</summary>
internal static class MeshErrors
{
    /// <summary>Whether an exception means that the connection has ended.</summary>
    public static bool IsConnectionEnd(Exception exception) =>
        exception is AlreadyClosedException or OperationInterruptedException or ObjectDisposedException or IOException or ChannelClosedException;
}
