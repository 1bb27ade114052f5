using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using FleetBridge.Fleet.Control;
using FleetBridge.Fleet.Model;
using FleetBridge.Fleet.Servers;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Workers;

/// <summary>Takes what workers say, of each in its order, and stores what has to be stored.</summary>
internal sealed partial class WorkerInbox(
    FleetControl control, WorkerPresence presence, WorkerGreetings greetings, WorkerDispatch dispatch, WorkerLogs logs, ILogger logger)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkerSession> _sessions = new(StringComparer.Ordinal);
    private volatile bool _isClosed;

    /// <summary>The newest session of a worker; null for none.</summary>
    public WorkerSession? SessionOf(string workerId) => _sessions.GetValueOrDefault(workerId);

    /// <summary>A worker has connected.</summary>
    public void Session(WorkerSession session)
    {
        _sessions[session.WorkerId] = session;
        if (session.IsResumed)
        {
            Beat(session.WorkerId);
            dispatch.Signal(session.WorkerId);
        }
        else
        {
            greetings.Await(session.WorkerId);
            dispatch.Hold(session.WorkerId);
            logs.Lost(session.WorkerId);
        }
    }

    /// <summary>A message of a worker.</summary>
    public void Message(string workerId, LinkMessageType type, ReadOnlyMemory<byte> payload)
    {
        try
        {
            switch (type)
            {
                case LinkMessageType.Health:
                    Beat(workerId, JsonSerializer.Deserialize(payload.Span, ServerJson.Default.WorkerHealth));
                    break;
                case LinkMessageType.LogChunk:
                    Beat(workerId);
                    logs.Take(workerId, JsonSerializer.Deserialize(payload.Span, ServerJson.Default.LogChunk)!);
                    break;
                default:
                    Beat(workerId);
                    Queue(workerId, type, payload.ToArray());
                    break;
            }
        }
        catch (JsonException exception)
        {
            LogUnreadable(workerId, type, exception.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isClosed = true;
        foreach (var line in _lines.Values)
        {
            line.Messages.Writer.TryComplete();
        }

        await Task.WhenAll(_lines.Values.Select(line => line.Reading)).ConfigureAwait(false);
    }

    /// <summary>A worker is not alive before its hello.</summary>
    private void Beat(string workerId, WorkerHealth? health = null)
    {
        if (!greetings.IsAwaited(workerId))
        {
            presence.Beat(workerId, health);
        }
    }

    private void Queue(string workerId, LinkMessageType type, byte[] payload)
    {
        if (!_isClosed)
        {
            _lines.GetOrAdd(workerId, id => new Line(line => ReadAsync(id, line))).Messages.Writer.TryWrite((type, payload));
        }
    }

    private async Task ReadAsync(string workerId, ChannelReader<(LinkMessageType Type, byte[] Payload)> messages)
    {
        await foreach (var (type, payload) in messages.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await HandleAsync(workerId, type, payload).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is JsonException or ServerException or FleetException or ObjectDisposedException)
            {
                LogUnreadable(workerId, type, exception.Message);
            }
            catch (Exception exception)
            {
                LogBug(workerId, type, exception);
            }
        }
    }

    private Task HandleAsync(string workerId, LinkMessageType type, byte[] payload) => type switch
    {
        LinkMessageType.Hello => GreetAsync(workerId, JsonSerializer.Deserialize(payload, ServerJson.Default.WorkerHello)!),
        LinkMessageType.Observed => ObserveAsync(workerId, JsonSerializer.Deserialize(payload, ServerJson.Default.ObservedServer)!),
        LinkMessageType.Outcome => EndAsync(workerId, JsonSerializer.Deserialize(payload, ServerJson.Default.CommandOutcome)!),
        LinkMessageType.Shutdown => ShutdownAsync(workerId),
        _ => throw new JsonException($"A worker sends no messages of type {(int)type}."),
    };

    private async Task GreetAsync(string workerId, WorkerHello hello)
    {
        if (hello.WorkerId != workerId)
        {
            throw new ServerException("invalid_worker", $"It says that it is {Core.Security.ShortText.Of(hello.WorkerId)}.");
        }

        var isFrozen = control.Read(model => model.Workers.Find(workerId)?.TakesNone);
        await control.ChangeAsync(model => WorkerRules.Greet(model, hello, SessionOf(workerId)?.Address)).ConfigureAwait(false);
        foreach (var observed in hello.Servers)
        {
            presence.Note(observed);
        }

        presence.Beat(workerId);
        greetings.Note(workerId);
        if (isFrozen is null)
        {
            LogNew(workerId, hello.Name);
        }

        dispatch.Restart(workerId);
    }

    private async Task ObserveAsync(string workerId, ObservedServer observed)
    {
        if (observed.IsGone)
        {
            presence.ForgetServer(observed.Id);
        }
        else
        {
            presence.Note(observed);
        }

        await control.ChangeAsync(model => WorkerRules.Observe(model, workerId, observed)).ConfigureAwait(false);
    }

    private async Task EndAsync(string workerId, CommandOutcome outcome)
    {
        await control.ChangeAsync(model =>
        {
            if (model.Commands.Find(outcome.Id) is { } command && command.WorkerId == workerId)
            {
                ServerRules.End(model, outcome.Id, outcome.Status, outcome.Error, outcome.EndedAt);
            }
        }).ConfigureAwait(false);
        if (outcome.Status == CommandStatus.Expired)
        {
            // the desired state may have been taken back
            dispatch.Signal(workerId);
        }
    }

    private async Task ShutdownAsync(string workerId)
    {
        await control.ChangeAsync(model =>
        {
            if (model.Workers.Find(workerId) is { } worker)
            {
                model.Workers.Set(worker with { IsShutdown = true, WantsShutdown = false, LastSeenAt = model.Now });
            }
        }).ConfigureAwait(false);
        LogShutdown(workerId);
    }

    [LoggerMessage(LogLevel.Information, "Worker {WorkerId} ({Name}) is new.")]
    private partial void LogNew(string workerId, string name);

    [LoggerMessage(LogLevel.Information, "Worker {WorkerId} has shut down.")]
    private partial void LogShutdown(string workerId);

    [LoggerMessage(LogLevel.Warning, "A message of type {Type} of worker {WorkerId} was ignored: {Reason}")]
    private partial void LogUnreadable(string workerId, LinkMessageType type, string reason);

    [LoggerMessage(LogLevel.Error, "A message of type {Type} of worker {WorkerId} could not be handled; this is a bug.")]
    private partial void LogBug(string workerId, LinkMessageType type, Exception error);

    /// <summary>A worker's messages, read by one reader.</summary>
    private sealed class Line
    {
        public Line(Func<ChannelReader<(LinkMessageType Type, byte[] Payload)>, Task> read) =>
            Reading = Task.Run(() => read(Messages.Reader));

        public Channel<(LinkMessageType Type, byte[] Payload)> Messages { get; } =
            Channel.CreateUnbounded<(LinkMessageType, byte[])>(new UnboundedChannelOptions { SingleReader = true });

        public Task Reading { get; }
    }
}
