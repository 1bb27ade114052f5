using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Publishes this process's events in order. While the broker is away or takes nothing they wait; a bounded number of them does, the
/// oldest are dropped then, and each drop is counted. Whoever listens sees a gap in the numbers.
/// </summary>
internal sealed class EventPublisher : IAsyncDisposable
{
    /// <summary>How many wait.</summary>
    public const int MostWaiting = 10_000;

    private readonly Channel<(string Topic, ReadOnlyMemory<byte> Body, string Id)> _waiting;
    private readonly ConcurrentDictionary<string, StrongBox<long>> _offsets = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _from;
    private readonly BrokerGate _gate;
    private readonly Task _pump;
    private TaskCompletionSource<IChannel> _channel = New();
    private long _dropped;
    private long _published;

    /// <param name="from">Who publishes, in the context of each event.</param>
    /// <param name="gate">Closed while the broker takes nothing.</param>
    public EventPublisher(string from, BrokerGate gate)
    {
        (_from, _gate) = (from, gate);
        _waiting = Channel.CreateBounded<(string, ReadOnlyMemory<byte>, string)>(
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
            _waiting.Writer.TryWrite((topic, body, id));
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
    public void Open(IChannel channel)
    {
        if (!Volatile.Read(ref _channel).TrySetResult(channel))
        {
            var next = New();
            next.SetResult(channel);
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

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _ending.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _ending.Dispose();
    }

    private static TaskCompletionSource<IChannel> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var (topic, body, id) in _waiting.Reader.ReadAllAsync(_ending.Token).ConfigureAwait(false))
            {
                while (!await TryPublishAsync(topic, body, id).ConfigureAwait(false))
                {
                    // again with the next channel
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the process ends
        }
    }

    private async Task<bool> TryPublishAsync(string topic, ReadOnlyMemory<byte> body, string id)
    {
        await _gate.PassAsync(_ending.Token).ConfigureAwait(false);
        var source = Volatile.Read(ref _channel);
        var channel = await source.Task.WaitAsync(_ending.Token).ConfigureAwait(false);
        try
        {
            await channel.BasicPublishAsync(
                MeshProtocol.EventsExchange, topic, mandatory: false, MessageProperties.Make(MessageKind.Event, id, traceId: null), body, _ending.Token)
                .ConfigureAwait(false);
            Interlocked.Increment(ref _published);
            return true;
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            Interlocked.CompareExchange(ref _channel, New(), source);
            return false;
        }
    }
}

/// <summary>What the client throws.</summary>
internal static class MeshErrors
{
    /// <summary>Whether an exception means that the connection has ended.</summary>
    public static bool IsConnectionEnd(Exception exception) =>
        exception is AlreadyClosedException or OperationInterruptedException or ObjectDisposedException or IOException or ChannelClosedException;
}
