using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Security;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Serves calls that come over the broker: reads them, finds out who asks, checks the right with what is about to run, and responds.
/// A delivery is acknowledged when its call has ended. Where this process dies before that, the broker delivers it to another one, which
/// runs it again if it only reads, and otherwise says that it was interrupted: no change happens twice.
/// </summary>
internal sealed partial class ServedCalls
{
    /// <summary>Whether calls still run: with what a caller learns that its bridge has forgotten it.</summary>
    public const string RunningMethod = "running";

    /// <summary>A broker closes the channel of a delivery that is not acknowledged within its 30 minutes.</summary>
    private static readonly TimeSpan AckLimit = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan LongestTtl = TimeSpan.FromHours(1);

    private readonly Dictionary<string, IMeshService> _services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _running = new(StringComparer.Ordinal);
    private readonly Outcomes _outcomes;
    private readonly MeshAuthority _authority;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private long _undecodable;

    /// <param name="authority">Identifies the caller.</param>
    /// <param name="journal">Keeps the outcomes of changes; null where nothing does.</param>
    /// <param name="logger">The log.</param>
    /// <param name="clock">The clock.</param>
    public ServedCalls(MeshAuthority authority, OutcomeJournal? journal, ILogger logger, TimeProvider clock)
    {
        (_authority, _logger, _clock) = (authority, logger, clock);
        _outcomes = new Outcomes(clock, journal);
        _outcomes.Restore();
    }

    /// <summary>The names that calls can have.</summary>
    public IReadOnlyCollection<string> Names => _services.Keys;

    /// <summary>How many messages could not be understood.</summary>
    public long Undecodable => Volatile.Read(ref _undecodable);

    /// <summary>How many calls run.</summary>
    public int Running => _running.Count;

    /// <summary>Serves a service under a name.</summary>
    public void Add(string name, IMeshService service) => _services[name] = service;

    /// <summary>Begins to take calls.</summary>
    /// <param name="channel">The channel, which the responses use too: they stay in order.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public Task ConsumeAsync(IChannel channel, string queue, CancellationToken cancellation) =>
        channel.BasicConsumeAsync(queue, autoAck: false, new Consumer(channel, this), cancellation);

    private void Take(IChannel channel, ulong tag, bool isRedelivered, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> utf8)
    {
        var problem = MessageProperties.FindProblem(properties, out var kind);
        var body = problem is null && kind is MessageKind.Request or MessageKind.Command ? MessageBody.ReadCall(utf8) : null;
        var id = properties.CorrelationId ?? "";
        var trace = MessageProperties.Text(properties, MeshProtocol.TraceHeader);
        var reply = kind == MessageKind.Command ? null : ReplyQueue(properties);
        if (body is null)
        {
            Interlocked.Increment(ref _undecodable);
            _ = EndAsync(channel, tag, reply, id, trace, default, new WireError(
                WireError.BadMessage, $"The message cannot be understood: {problem ?? "its body is no request of this mesh"}."));
            return;
        }

        // before anything is awaited: who asks whether it runs is behind it in the same queue
        _running[id] = 0;
        var delivery = new Delivery(channel, tag, isRedelivered, id, trace, reply, TtlOf(properties), body);

        // at once, as far as it goes without waiting: another thread's turn would be a fifth of a short call's time
        _ = RunAsync(delivery);
    }

    private async Task RunAsync(Delivery delivery)
    {
        ReadOnlyMemory<byte> result = default;
        WireError? error = null;
        using var ends = new CancellationTokenSource(delivery.Ttl, _clock);
        var run = CallAsync(delivery, ends.Token);
        try
        {
            if (!run.IsCompleted)
            {
                await AcknowledgeLateAsync(delivery, run).ConfigureAwait(false);
            }

            result = await run.ConfigureAwait(false);
        }
        catch (MeshException exception)
        {
            error = exception.Error;
        }
        catch (OperationCanceledException)
        {
            error = new WireError(WireError.Timeout, "The call did not end within its time and was cancelled.", Retryable: true);
        }
        catch (Exception exception)
        {
            LogBug(delivery.Body.Service, exception.GetType().Name, exception.Message);
            LogTrace(exception.ToString());
            error = new WireError(WireError.Internal, "A bug in FleetBridge. The log file has the trace; please report it.");
        }

        if (delivery.Outcome is { } outcome)
        {
            _outcomes.End(outcome, result, error);
        }

        await EndAsync(delivery.Channel, delivery.IsAcknowledged ? null : delivery.Tag, delivery.Reply, delivery.Id, delivery.Trace, result, error)
            .ConfigureAwait(false);
        _running.TryRemove(delivery.Id, out _);
    }

    private async Task AcknowledgeLateAsync(Delivery delivery, Task run)
    {
        using var ended = new CancellationTokenSource();
        var limit = Task.Delay(AckLimit, _clock, ended.Token);
        if (await Task.WhenAny(run, limit).ConfigureAwait(false) == limit)
        {
            delivery.IsAcknowledged = true;
            await AcknowledgeAsync(delivery.Channel, delivery.Tag).ConfigureAwait(false);
        }

        await ended.CancelAsync().ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<byte>> CallAsync(Delivery delivery, CancellationToken ends)
    {
        var body = delivery.Body;
        if (!_services.TryGetValue(body.Service, out var service))
        {
            throw new MeshException(new WireError(WireError.NotFound, $"There is no service '{ShortText.Of(body.Service)}' here."));
        }

        switch (body.Method)
        {
            case ServiceDescription.Method:
                return MeshJson.Write((service.Describe() with { Name = body.Service }).ToJson());
            case RunningMethod:
                return MeshJson.Write(StillRunning(body.Params));
        }

        var verdict = await _authority.IdentifyAsync(delivery.Id, body, delivery.IsRedelivered, ends).ConfigureAwait(false);
        if (verdict.Identity is not { } caller)
        {
            throw new MeshException(new WireError(WireError.BadToken, verdict.Problem!));
        }

        if (body.Method == BridgeService.Outcome)
        {
            return await OutcomeAsync(body.Params, caller, ends).ConfigureAwait(false);
        }

        return await service.CallAsync(
            new MeshCall
            {
                Id = delivery.Id,
                Service = body.Service,
                Method = body.Method,
                Params = body.Params,
                Caller = caller,
                Ttl = delivery.Ttl,
                Permit = method => Permit(delivery, caller, method),
            },
            ends).ConfigureAwait(false);
    }

    private void Permit(Delivery delivery, Identity caller, MeshMethod method)
    {
        if (caller.Role < method.Right)
        {
            throw new MeshException(new WireError(
                WireError.Forbidden, $"{method.Name} needs the role {method.Right.NameOf()}; you have the role {caller.Role.NameOf()}."));
        }

        if (!method.Changes)
        {
            return;
        }

        var call = Text(delivery.Body.Context, MeshProtocol.CallKey) ?? delivery.Id;
        if (delivery.IsRedelivered)
        {
            throw new MeshException(new WireError(
                WireError.Interrupted,
                $"The process that ran {method.Name} ended, or lost the broker, before it had a result. What it has changed so far stays. Check, and call it again."));
        }

        delivery.Outcome = _outcomes.Begin(call, caller.UserId, method.Name);
    }

    private async Task<ReadOnlyMemory<byte>> OutcomeAsync(JsonElement parameters, Identity caller, CancellationToken ends)
    {
        if (_outcomes.Find(Text(parameters, "call") ?? "") is not { } outcome || (outcome.UserId != caller.UserId && caller.Role < Role.Admin))
        {
            throw new MeshException(new WireError(
                WireError.NotFound, "There is no such call of yours that changed something here; the outcomes of the newest 1,000 are kept."));
        }

        var (result, error) = await outcome.Done.WaitAsync(ends).ConfigureAwait(false);
        return error is null ? result : throw new MeshException(error);
    }

    private JsonObject StillRunning(JsonElement parameters) => new()
    {
        ["running"] = new JsonArray([.. parameters.TryGetProperty("calls", out var calls) && calls.ValueKind == JsonValueKind.Array
            ? calls.EnumerateArray()
                .Where(one => one.ValueKind == JsonValueKind.String && _running.ContainsKey(one.GetString()!))
                .Select(one => (JsonNode)one.GetString()!)
            : []]),
    };

    private static async Task EndAsync(
        IChannel channel, ulong? tag, string? reply, string id, string? trace, ReadOnlyMemory<byte> result, WireError? error)
    {
        try
        {
            if (reply is not null)
            {
                var body = error is null ? MessageBody.Response(id, trace, result.Span) : MessageBody.Response(id, trace, error);
                if (MessageGuard.FindProblem(body.Span) is { } problem)
                {
                    body = MessageBody.Response(id, trace, new WireError(WireError.Internal, $"The result cannot be sent: {problem}."));
                }

                await channel.BasicPublishAsync("", reply, mandatory: false, MessageProperties.Make(MessageKind.Response, id, trace), body).ConfigureAwait(false);
            }

            // after the response: where the process dies between both, the caller gets two, of which the first counts
            if (tag is { } one)
            {
                await AcknowledgeAsync(channel, one).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the caller has been told by its own connection, or the broker delivers the call again
        }
    }

    private static async Task AcknowledgeAsync(IChannel channel, ulong tag)
    {
        try
        {
            await channel.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
        }
        catch (Exception exception) when (MeshErrors.IsConnectionEnd(exception))
        {
            // the broker delivers it again
        }
    }

    /// <summary>Where a response goes. A caller could name a service's queue, and have us write into it.</summary>
    private static string? ReplyQueue(IReadOnlyBasicProperties properties) =>
        properties.ReplyTo is { Length: > 0 and <= MeshProtocol.LongestKey } queue
        && !queue.EndsWith("-sq", StringComparison.Ordinal) && !queue.EndsWith("-dl", StringComparison.Ordinal) ? queue : null;

    private static TimeSpan TtlOf(IReadOnlyBasicProperties properties) =>
        long.TryParse(properties.Expiration, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds > 0 && milliseconds < LongestTtl.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds) : LongestTtl;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge, in the service {Service}: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string service, string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);

    /// <summary>A call while it runs.</summary>
    private sealed record Delivery(
        IChannel Channel, ulong Tag, bool IsRedelivered, string Id, string? Trace, string? Reply, TimeSpan Ttl, CallBody Body)
    {
        public Outcome? Outcome { get; set; }

        public bool IsAcknowledged { get; set; }
    }

    private sealed class Consumer(IChannel channel, ServedCalls calls) : AsyncDefaultBasicConsumer(channel)
    {
        public override Task HandleBasicDeliverAsync(
            string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            calls.Take(Channel, deliveryTag, redelivered, properties, body);
            return Task.CompletedTask;
        }
    }
}
