using System.Text.Json;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>What this process listens to. Each new connection binds the same patterns again.</summary>
internal sealed partial class EventSubscriptions(ILogger logger)
{
    private const int MostSources = 10_000;

    /// <summary>So many unacknowledged deliveries may be on their way; the broker keeps the others, and drops the oldest above its limit.</summary>
    private const ushort Prefetch = 512;

    private const ulong AckEvery = 128;

    private readonly Lock _lock = new();
    private readonly List<Subscription> _all = [];
    private readonly Dictionary<(string From, string Topic), long> _last = [];
    private Subscription[] _current = [];
    private OpenQueue? _open;
    private long _missed;
    private long _undecodable;

    /// <summary>How many events of ours were not seen, by the gaps in their numbers.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>How many messages could not be understood.</summary>
    public long Undecodable => Volatile.Read(ref _undecodable);

    /// <summary>Begins to listen.</summary>
    /// <param name="pattern">The topics.</param>
    /// <param name="handle">Is called with each event, one after another.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Add(string pattern, Action<MeshEvent> handle)
    {
        var subscription = new Subscription(this, pattern, handle);
        OpenQueue? open;
        lock (_lock)
        {
            _all.Add(subscription);
            _current = [.. _all];
            open = _open;
        }

        if (open is { } now)
        {
            _ = BindAsync(now, pattern);
        }

        return subscription;
    }

    /// <summary>There is a connection.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="exchange">The exchange that events come from: nuropb's, or that of batches.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public async Task OpenAsync(IChannel channel, string exchange, CancellationToken cancellation)
    {
        var queue = await MeshTopology.DeclareEventsAsync(channel, cancellation).ConfigureAwait(false);
        string[] patterns;
        lock (_lock)
        {
            _open = new OpenQueue(channel, exchange, queue);
            patterns = [.. _all.Select(one => one.Pattern).Distinct(StringComparer.Ordinal)];
        }

        foreach (var pattern in patterns)
        {
            await channel.QueueBindAsync(queue, exchange, pattern, cancellationToken: cancellation).ConfigureAwait(false);
        }

        await channel.BasicQosAsync(0, Prefetch, global: false, cancellation).ConfigureAwait(false);
        await channel.BasicConsumeAsync(queue, autoAck: false, new Consumer(channel, this), cancellation).ConfigureAwait(false);
    }

    /// <summary>There is none any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _open = null;
        }
    }

    private static async Task BindAsync(OpenQueue open, string pattern)
    {
        try
        {
            await open.Channel.QueueBindAsync(open.Queue, open.Exchange, pattern).ConfigureAwait(false);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the next connection binds it
        }
    }

    private void Remove(Subscription subscription)
    {
        OpenQueue? open;
        lock (_lock)
        {
            if (!_all.Remove(subscription))
            {
                return;
            }

            _current = [.. _all];
            open = _all.Any(one => one.Pattern == subscription.Pattern) ? null : _open;
        }

        if (open is { } now)
        {
            _ = UnbindAsync(now, subscription.Pattern);
        }
    }

    private static async Task UnbindAsync(OpenQueue open, string pattern)
    {
        try
        {
            await open.Channel.QueueUnbindAsync(open.Queue, open.Exchange, pattern).ConfigureAwait(false);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the binding has ended with the connection
        }
    }

    private void Take(string exchange, string topic, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> utf8)
    {
        if (MessageProperties.FindProblem(properties, out var kind) is not null || kind != MessageKind.Event)
        {
            Interlocked.Increment(ref _undecodable);
        }
        else if (exchange == MeshProtocol.BatchExchange)
        {
            foreach (var body in MessageBody.ReadBatch(utf8) ?? [null])
            {
                Take(topic, body, body?.CorrelationId);
            }
        }
        else
        {
            Take(topic, MessageBody.ReadEvent(utf8), properties.CorrelationId);
        }
    }

    private void Take(string topic, EventBody? body, string? id)
    {
        if (body is null)
        {
            Interlocked.Increment(ref _undecodable);
            return;
        }

        CountGap(body);
        var happened = new MeshEvent(topic, body.Event, body.Context, id ?? "");
        foreach (var subscription in Volatile.Read(ref _current))
        {
            if (TopicPattern.Matches(subscription.Pattern, topic))
            {
                try
                {
                    subscription.Handle(happened);
                }
                catch (Exception exception)
                {
                    LogBug(exception.GetType().Name, exception.Message);
                }
            }
        }
    }

    private void CountGap(EventBody body)
    {
        if (!body.Context.TryGetProperty("from", out var from) || from.ValueKind != JsonValueKind.String
            || !body.Context.TryGetProperty("offset", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var offset))
        {
            return;
        }

        var source = (from.GetString()!, body.Topic);
        if (_last.TryGetValue(source, out var last) && offset > last + 1)
        {
            Interlocked.Add(ref _missed, offset - last - 1);
        }

        if (_last.Count < MostSources || _last.ContainsKey(source))
        {
            _last[source] = offset;
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge, in what takes an event of the mesh: {Type}: {Error}. Please report it.")]
    private partial void LogBug(string type, string error);

    /// <summary>The queue of the present connection.</summary>
    private readonly record struct OpenQueue(IChannel Channel, string Exchange, string Queue);

    private sealed class Subscription(EventSubscriptions all, string pattern, Action<MeshEvent> handle) : IDisposable
    {
        public string Pattern => pattern;

        public Action<MeshEvent> Handle => handle;

        public void Dispose() => all.Remove(this);
    }

    private sealed class Consumer(IChannel channel, EventSubscriptions all) : AsyncDefaultBasicConsumer(channel)
    {
        public override async Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            all.Take(exchange, routingKey, properties, body);
            if (deliveryTag % AckEvery == 0)
            {
                try
                {
                    await Channel.BasicAckAsync(deliveryTag, multiple: true, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
                {
                    // what is unacknowledged ends with the queue
                }
            }
        }
    }
}
