using System.Text;
using System.Text.Json;
using FleetBridge.Core.Security;
using FleetBridge.Gateway.Wire;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Services on many machines over a RabbitMQ broker, on the wire of nuropb 0.1.8. Each call has a deadline of its own, the first
/// response counts, and when the broker goes all calls end at once with an error that says that they may be made again.
/// </summary>
internal sealed class RabbitMqMesh : IServiceMesh, IAsyncDisposable
{
    /// <summary>A change of ours may outlive its caller's patience; its outcome is awaited so long.</summary>
    private static readonly TimeSpan ChangePatience = TimeSpan.FromMinutes(60);

    /// <summary>A call may wait in its queue as long as its caller does.</summary>
    private static readonly TimeSpan SignatureMargin = TimeSpan.FromMinutes(1);

    private readonly MeshOptions _options;
    private readonly PendingCalls _pending = new();
    private readonly ServedCalls _served;
    private readonly EventPublisher _publisher;
    private readonly EventSubscriptions _subscriptions;
    private readonly MeshDirectory _directory;
    private readonly MeshKeeper _keeper;
    private readonly TimeProvider _clock;
    private volatile IChannel? _calls;
    private volatile MeshLink? _link;
    private int _hasEnded;
    private int _lists;
    private int _isFound;
    private int _announcesSoon;

    /// <summary>Creates a mesh that is not connected yet.</summary>
    public RabbitMqMesh(MeshOptions options, ILogger logger, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _served = new ServedCalls(new MeshAuthority(options.Key, options.Tokens, clock), options.Journal, logger, clock);
        _subscriptions = new EventSubscriptions(logger);
        _directory = new MeshDirectory(options.Known, clock);
        _keeper = new MeshKeeper(options.Address, $"fleetbridge {options.Machine}", OpenAsync, Close, logger, clock) { Heartbeat = options.Heartbeat };
        _publisher = new EventPublisher($"{options.Machine}-{Guid.NewGuid().ToString("N")[..8]}", _keeper.Gate);
    }

    public bool IsConnected => _calls is { IsOpen: true };

    /// <summary>Whether the broker takes nothing because it has no memory or disk left.</summary>
    public bool IsBlocked => _keeper.Gate.IsClosed;

    /// <summary>Why there is no connection; null where there is one, or none was tried.</summary>
    public string? Fault => _keeper.Fault?.Message;

    public IReadOnlyList<string> Services => [.. _directory.All.Select(one => one.Name)];

    /// <summary>The services with what is known of them.</summary>
    public IReadOnlyList<KnownService> Known => _directory.All;

    /// <summary>How many calls wait for a response.</summary>
    public int Pending => _pending.Count;

    /// <summary>How many responses came for calls that had ended; a Python service that fails sends two.</summary>
    public long LateResponses => _pending.Late;

    /// <summary>How many events were dropped here because too many waited for the broker.</summary>
    public long DroppedEvents => _publisher.Dropped;

    /// <summary>How many events were published.</summary>
    public long PublishedEvents => _publisher.Published;

    /// <summary>How many events of ours did not arrive, by the gaps in their numbers.</summary>
    public long MissedEvents => _subscriptions.Missed;

    /// <summary>How many messages could not be understood.</summary>
    public long Undecodable => _served.Undecodable + _subscriptions.Undecodable;

    /// <summary>Serves a service. Before the start.</summary>
    /// <param name="service">The service.</param>
    /// <param name="own">The name that it alone has.</param>
    /// <param name="shared">The name that it shares with others of its kind; null for none.</param>
    public void Serve(IMeshService service, string own, string? shared = null)
    {
        _served.Add(own, service);
        if (shared is not null)
        {
            _served.Add(shared, service);
        }

        if (Interlocked.Exchange(ref _isFound, 1) == 0)
        {
            _subscriptions.Add(MeshDirectory.DiscoverTopic, _ => AnnounceSoon());
        }
    }

    /// <summary>Begins to connect, and to connect again whenever the connection has ended.</summary>
    public void Start() => _keeper.Start();

    /// <summary>Completes with the first connection.</summary>
    /// <exception cref="MeshRefusedException">The broker is there, and has said no.</exception>
    public Task ConnectedAsync(CancellationToken cancellation) => _keeper.FirstConnection.WaitAsync(cancellation);

    /// <summary>Publishes an event, now or when the broker is back.</summary>
    /// <returns>Why it is not published; null where it is.</returns>
    public string? Publish(string topic, ReadOnlySpan<byte> @event) => _publisher.Publish(topic, @event);

    /// <summary>Begins to listen.</summary>
    /// <param name="pattern">The topics, as AMQP's patterns.</param>
    /// <param name="handle">Is called with each event, one after another; it must not wait.</param>
    /// <returns>Ends it.</returns>
    public IDisposable Subscribe(string pattern, Action<MeshEvent> handle) => _subscriptions.Add(pattern, handle);

    /// <summary>
    /// Keeps a list of ours from now on, and asks them to announce themselves. Only who needs the list has one: with each of a thousand
    /// machines listening to each other, every one that comes would cost a million messages.
    /// </summary>
    public void List()
    {
        if (Interlocked.Exchange(ref _lists, 1) == 0)
        {
            _subscriptions.Add(MeshDirectory.AnnounceTopic, _directory.Take);
        }

        _publisher.Publish(MeshDirectory.DiscoverTopic, "{}"u8);
    }

    public async Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation)
    {
        if (MessageGuard.FindKeyProblem(call.Service) is { } wrong)
        {
            throw new MeshException(new WireError(WireError.BadParams, $"'{ShortText.Of(call.Service)}' cannot be the name of a service: {wrong}."));
        }

        var method = _options.Rights.Of(call.Service, call.Method);
        call.Permit(method);
        var id = Guid.NewGuid().ToString("N");
        var body = BodyOf(call, id);
        if (MessageGuard.FindProblem(body.Span) is { } problem)
        {
            throw new MeshException(new WireError(WireError.BadParams, $"The call cannot be sent: {problem}."));
        }

        var channel = _calls ?? throw new MeshException(NotConnected());
        var pending = _pending.Add(id, call.Service, _clock.GetTimestamp());
        try
        {
            if (!channel.IsOpen)
            {
                throw new MeshException(NotConnected());
            }

            using var deadline = new CancellationTokenSource(call.Ttl, _clock);
            using var either = cancellation.CanBeCanceled && !method.Changes
                ? CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation) : null;
            var ends = either?.Token ?? deadline.Token;
            var properties = MessageProperties.Make(MessageKind.Request, id, TraceOf(call), call.Ttl);

            await _keeper.Gate.PassAsync(ends).ConfigureAwait(false);
            await channel.BasicPublishAsync(MeshProtocol.RpcExchange, call.Service, mandatory: true, properties, body, ends).ConfigureAwait(false);
            var result = method.Changes && MeshName.IsOneOfOurs(call.Service)
                ? await pending.Task.WaitAsync(ChangePatience, _clock, CancellationToken.None).ConfigureAwait(false)
                : await WaitAsync(pending, ends).ConfigureAwait(false);
            _directory.Learn(call.Service);
            return result;
        }
        catch (Exception exception) when (exception is TimeoutException || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new MeshException(TimedOut(call, method));
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            throw new MeshException(Lost());
        }
        finally
        {
            _pending.Remove(id);
        }
    }

    /// <summary>Sends a command: nobody answers it.</summary>
    public async Task CommandAsync(MeshCall call, CancellationToken cancellation)
    {
        call.Permit(_options.Rights.Of(call.Service, call.Method));
        var id = Guid.NewGuid().ToString("N");
        var body = BodyOf(call, id, MessageKind.Command);
        if ((MessageGuard.FindKeyProblem(call.Service) ?? MessageGuard.FindProblem(body.Span)) is { } problem)
        {
            throw new MeshException(new WireError(WireError.BadParams, $"The command cannot be sent: {problem}."));
        }

        await _keeper.Gate.PassAsync(cancellation).ConfigureAwait(false);
        var channel = _calls ?? throw new MeshException(NotConnected());
        await channel.BasicPublishAsync(
            MeshProtocol.RpcExchange, call.Service, mandatory: true,
            MessageProperties.Make(MessageKind.Command, id, TraceOf(call), call.Ttl), body, cancellation).ConfigureAwait(false);
    }

    /// <summary>How many instances of a service listen, and how many calls wait in its queue. A queue that nobody reads keeps its calls until they expire.</summary>
    /// <returns>Null where there is no such queue, or this process may not see it: that of another process alone is locked.</returns>
    public Task<(uint Consumers, uint Waiting)?> QueueAsync(string service, CancellationToken cancellation) =>
        MeshName.IsOneOfOurs(service) ? Task.FromResult<(uint, uint)?>(null) : LookAsync(MeshProtocol.QueueOf(service), cancellation);

    /// <summary>How many messages wait in the queue of those that a service of nuropb has rejected, which nobody empties.</summary>
    /// <returns>Null where there is no such queue, or this process may not see it.</returns>
    public async Task<uint?> RejectedAsync(string service, CancellationToken cancellation) =>
        (await LookAsync(MeshProtocol.RejectedOf(service), cancellation).ConfigureAwait(false))?.Waiting;

    private async Task<(uint Consumers, uint Waiting)?> LookAsync(string name, CancellationToken cancellation)
    {
        if (_link is not { } link)
        {
            return null;
        }

        try
        {
            // the broker closes the channel where there is none
            await using var channel = await link.Connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
            var queue = await channel.QueueDeclarePassiveAsync(name, cancellation).ConfigureAwait(false);
            return (queue.ConsumerCount, queue.MessageCount);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 1)
        {
            return;
        }

        if (_served.Names.Count > 0 && IsConnected)
        {
            Announce(leaves: true);
            await _publisher.FlushAsync(TimeSpan.FromSeconds(1), _clock).ConfigureAwait(false);
        }

        await _keeper.DisposeAsync().ConfigureAwait(false);
        await _publisher.DisposeAsync().ConfigureAwait(false);
        _pending.FailAll(new WireError(WireError.Stopping, "This process stops.", Retryable: true));
    }

    private async Task OpenAsync(MeshLink link, CancellationToken cancellation)
    {
        await MeshTopology.DeclareExchangesAsync(link.Connection, cancellation).ConfigureAwait(false);
        var calls = await link.OpenChannelAsync(cancellation).ConfigureAwait(false);
        calls.BasicReturnAsync += (_, returned) =>
        {
            // a command's has no call that waits
            if (returned.BasicProperties.CorrelationId is { } id)
            {
                _pending.Fail(id, Unroutable(returned.RoutingKey));
            }

            return Task.CompletedTask;
        };
        await calls.BasicConsumeAsync(MeshProtocol.DirectReplyTo, autoAck: true, new ReplyConsumer(calls, _pending), cancellation).ConfigureAwait(false);
        var events = await link.OpenChannelAsync(cancellation).ConfigureAwait(false);
        var takesBatches = await MeshTopology.TryDeclareBatchesAsync(link.Connection, cancellation).ConfigureAwait(false);
        await _subscriptions.OpenAsync(events, takesBatches ? MeshProtocol.BatchExchange : MeshProtocol.EventsExchange, cancellation).ConfigureAwait(false);
        if (_served.Names.Count > 0)
        {
            await ServeAsync(await link.OpenChannelAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }

        _publisher.Open(await link.OpenChannelAsync(cancellation).ConfigureAwait(false), takesBatches);
        (_calls, _link) = (calls, link);
        Announce(leaves: false);
        if (Volatile.Read(ref _lists) == 1)
        {
            List();
        }

        _keeper.Every(MeshDirectory.Interval, () => Announce(leaves: false));
        _keeper.Every(LivenessWatch.Interval, () => _ = LivenessWatch.LookAsync(_pending, this, _clock));
    }

    private async Task ServeAsync(IChannel channel, CancellationToken cancellation)
    {
        await channel.BasicQosAsync(0, _options.Prefetch, global: false, cancellation).ConfigureAwait(false);
        foreach (var name in _served.Names)
        {
            await (MeshName.IsOneOfOurs(name)
                ? MeshTopology.DeclareOwnAsync(channel, name, cancellation)
                : MeshTopology.DeclareSharedAsync(channel, name, cancellation)).ConfigureAwait(false);
            await _served.ConsumeAsync(channel, MeshProtocol.QueueOf(name), cancellation).ConfigureAwait(false);
        }
    }

    private void Close()
    {
        (_calls, _link) = (null, null);
        _publisher.Close();
        _subscriptions.Close();
        _pending.FailAll(Lost());
    }

    /// <summary>Once for all that ask in a moment, and not at the same one as every other machine.</summary>
    private void AnnounceSoon()
    {
        if (Interlocked.Exchange(ref _announcesSoon, 1) == 0)
        {
            _ = AnnounceAsync();
        }

        async Task AnnounceAsync()
        {
            await Task.Delay(MeshDirectory.NewJitter(), _clock).ConfigureAwait(false);
            Volatile.Write(ref _announcesSoon, 0);
            Announce(leaves: false);
        }
    }

    private void Announce(bool leaves)
    {
        if (_served.Names.Count > 0)
        {
            _publisher.Publish(
                MeshDirectory.AnnounceTopic, Encoding.UTF8.GetBytes(MeshDirectory.Announce(_options.Machine, _served.Names, leaves).ToJsonString()));
        }
    }

    private static async Task<ReadOnlyMemory<byte>> WaitAsync(PendingCall pending, CancellationToken ends)
    {
        using var ending = ends.UnsafeRegister(static (state, token) => ((PendingCall)state!).TrySetCanceled(token), pending);
        return await pending.Task.ConfigureAwait(false);
    }

    private ReadOnlyMemory<byte> BodyOf(MeshCall call, string id, MessageKind kind = MessageKind.Request)
    {
        var token = _options.Key is { } key
            ? key.Sign(call.Caller, id, new CallBody(call.Service, call.Method, call.Params, default), _clock.GetUtcNow() + call.Ttl + SignatureMargin)

            // a token of this process is for ours alone
            : MeshName.IsOurs(call.Service) ? _options.Token : null;
        return MessageBody.Call(kind, id, TraceOf(call), call.Service, call.Method, call.Params, json =>
        {
            json.WriteString(MeshProtocol.UserKey, call.Caller.UserId);
            json.WriteString(MeshProtocol.TraceHeader, TraceOf(call));
            json.WriteString(MeshProtocol.CallKey, call.Id);
            if (token is not null)
            {
                json.WriteString(MeshProtocol.AuthorizationKey, $"Bearer {token}");
            }
        });
    }

    private static string? TraceOf(MeshCall call) => call.TraceId.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => ShortText.Of(call.TraceId.GetString()!),
        _ => ShortText.Of(call.TraceId.GetRawText()),
    };

    private WireError NotConnected() =>
        new(WireError.Unavailable, $"The mesh has no connection to its broker. {_keeper.Fault?.Message ?? "It connects."}", Retryable: true);

    private static WireError Lost() =>
        new(WireError.Unavailable, "The connection to the broker ended before the response came. Call again when it is back.", Retryable: true);

    private static WireError Unroutable(string service) => new(
        WireError.Unavailable,
        MeshName.IsOneOfOurs(service)
            ? $"{service} is not connected to the mesh. Start it, or see 'fleetbridge mesh services' for those that are."
            : $"There is no service '{ShortText.Of(service)}' on the mesh. 'fleetbridge mesh services' shows those that are known.",
        Retryable: true);

    private static WireError TimedOut(MeshCall call, MeshMethod method) => new(
        WireError.Timeout,
        $"'{ShortText.Of(call.Service)}' did not respond within {call.Ttl.TotalMilliseconds:0} ms."
        + (method.Changes ? $" It may still make its changes: ask {BridgeService.Outcome} with the call {call.Id} if it is a bridge, or look." : ""),
        Retryable: !method.Changes);
}
