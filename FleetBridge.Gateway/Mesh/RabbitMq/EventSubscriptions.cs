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
    private (IChannel Channel, string Queue)? _open;
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
        (IChannel Channel, string Queue)? open;
        lock (_lock)
        {
            _all.Add(subscription);
            _current = [.. _all];
            open = _open;
        }

        if (open is { } now)
        {
            _ = BindAsync(now.Channel, now.Queue, pattern);
        }

        return subscription;
    }

    /// <summary>There is a connection.</summary>
    public async Task OpenAsync(IChannel channel, CancellationToken cancellation)
    {
        var queue = await MeshTopology.DeclareEventsAsync(channel, cancellation).ConfigureAwait(false);
        string[] patterns;
        lock (_lock)
        {
            _open = (channel, queue);
            patterns = [.. _all.Select(one => one.Pattern).Distinct(StringComparer.Ordinal)];
        }

        foreach (var pattern in patterns)
        {
            await channel.QueueBindAsync(queue, MeshProtocol.EventsExchange, pattern, cancellationToken: cancellation).ConfigureAwait(false);
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

    private static async Task BindAsync(IChannel channel, string queue, string pattern)
    {
        try
        {
            await channel.QueueBindAsync(queue, MeshProtocol.EventsExchange, pattern).ConfigureAwait(false);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the next connection binds it
        }
    }

    private void Remove(Subscription subscription)
    {
        (IChannel Channel, string Queue)? open;
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
            _ = UnbindAsync(now.Channel, now.Queue, subscription.Pattern);
        }
    }

    private static async Task UnbindAsync(IChannel channel, string queue, string pattern)
    {
        try
        {
            await channel.QueueUnbindAsync(queue, MeshProtocol.EventsExchange, pattern).ConfigureAwait(false);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the binding has ended with the connection
        }
    }

    private void Take(string topic, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> utf8)
    {
        if (MessageProperties.FindProblem(properties, out var kind) is not null || kind != MessageKind.Event || MessageBody.ReadEvent(utf8) is not { } body)
        {
            Interlocked.Increment(ref _undecodable);
            return;
        }

        CountGap(body);
        var happened = new MeshEvent(topic, body.Event, body.Context, properties.CorrelationId ?? "");
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
            all.Take(routingKey, properties, body);
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
