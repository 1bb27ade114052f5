using System.Globalization;
using System.Text.Json;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Gateway.Calls;

/// <summary>
/// Passes consumers' requests to the services, and each response to the consumer that asked: the key is our own id of the call, never
/// what a consumer has written. It bounds how many calls of a consumer run, and knows when nobody waits any more.
/// </summary>
internal sealed partial class CallTracker(
    IServiceMesh mesh, ConsumerLimits limits, string epoch, AuditLog audit, ILogger logger, TimeProvider clock)
{
    /// <summary>How long a consumer waits unless it says otherwise.</summary>
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromSeconds(10);

    /// <summary>How long it may wait.</summary>
    public static readonly TimeSpan LongestTtl = TimeSpan.FromMinutes(10);

    private readonly Outcomes _outcomes = new(clock);
    private long _calls;
    private int _running;

    /// <summary>How many calls run, of all consumers.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Takes a request.</summary>
    /// <param name="consumer">Who asks; it is known.</param>
    /// <param name="request">The message.</param>
    public void Request(Consumer consumer, Incoming request)
    {
        var echo = request.Echo;
        if (FindProblem(request, out var ttl) is { } problem)
        {
            consumer.Outbox.Send(Outgoing.Response(echo, null, new WireError(WireError.BadMessage, problem)));
            return;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{epoch}-{Interlocked.Increment(ref _calls)}");
        var call = new Call(id, consumer, consumer.Identity!, echo, request, ttl, OnEnded, clock);
        var calls = CallsOf(consumer);
        WireError? refusal = null;
        lock (calls.Lock)
        {
            if (echo.Id is { } own && !calls.ById.TryAdd(own, call))
            {
                refusal = new WireError(WireError.BadMessage, "Another of your calls that run has this id. Use another one, or wait.");
            }
            else if (calls.Running >= limits.RunningCalls && calls.Waiting.Count >= limits.WaitingCalls)
            {
                calls.ById.Remove(echo.Id ?? "");
                refusal = new WireError(
                    WireError.TooMany,
                    $"{limits.RunningCalls} of your calls run and {limits.WaitingCalls} wait, which is as many as may. Try again when some have ended.",
                    Retryable: true);
            }
            else
            {
                calls.All.Add(call);
                if (calls.Running >= limits.RunningCalls)
                {
                    calls.Waiting.Enqueue(call);
                    return;
                }

                calls.Running++;
                call.IsRunning = true;
            }
        }

        if (refusal is not null)
        {
            call.TryAnswer();
            call.Dispose();
            Finish(call, default, refusal);
            return;
        }

        _ = RunAsync(call, calls);
    }

    /// <summary>Takes a consumer's wish that a call ends. What is not there has ended, and is no error.</summary>
    public static void Cancel(Consumer consumer, string id)
    {
        if (consumer.Calls is not ConsumerCalls calls)
        {
            return;
        }

        Call? call;
        lock (calls.Lock)
        {
            calls.ById.TryGetValue(id, out call);
        }

        call?.End(CallEnd.Cancelled);
    }

    /// <summary>A consumer has gone: nobody waits for its calls.</summary>
    public static void Left(Consumer consumer)
    {
        if (consumer.Calls is not ConsumerCalls calls)
        {
            return;
        }

        Call[] all;
        lock (calls.Lock)
        {
            calls.HasLeft = true;
            all = [.. calls.All];
        }

        foreach (var call in all)
        {
            call.End(CallEnd.Left);
        }
    }

    private static ConsumerCalls CallsOf(Consumer consumer) => (ConsumerCalls)(consumer.Calls ??= new ConsumerCalls());

    private static string? FindProblem(Incoming request, out TimeSpan ttl)
    {
        ttl = DefaultTtl;
        if (request.Text("service") is not { Length: > 0 } || request.Text("method") is not { Length: > 0 })
        {
            return "A request has the texts 'service' and 'method'.";
        }

        if (request.Find("params").ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
        {
            return "A request's 'params' is an object.";
        }

        if (request.Find("ttl").ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return null;
        }

        if (request.Number("ttl") is not { } milliseconds || milliseconds < 1)
        {
            return "A request's 'ttl' is a number of milliseconds above 0.";
        }

        ttl = TimeSpan.FromMilliseconds(Math.Min(milliseconds, (long)LongestTtl.TotalMilliseconds));
        return null;
    }

    private async Task RunAsync(Call call, ConsumerCalls calls)
    {
        Interlocked.Increment(ref _running);
        ReadOnlyMemory<byte> result = default;
        WireError? error = null;
        try
        {
            result = await CallAsync(call).ConfigureAwait(false);
        }
        catch (MeshException exception)
        {
            error = exception.Error;
        }
        catch (OperationCanceledException)
        {
            error = new WireError(WireError.Cancelled, "The service has ended the call.", Retryable: true);
        }
        catch (Exception exception)
        {
            LogBug(call.Service, exception.GetType().Name, exception.Message);
            LogTrace(exception.ToString());
            error = new WireError(WireError.Internal, "A bug in FleetBridge. The log file has the trace; please report it.");
        }

        if (call.Outcome is { } outcome)
        {
            _outcomes.End(outcome, result, error);
        }

        if (call.TryAnswer())
        {
            Finish(call, result, error);
        }
        else if (call.Outcome is not null)
        {
            audit.Ended(call.Caller, call.Consumer, call.Id, call.Service, call.Resolved!.Name, error?.Error ?? "ended later", clock.GetElapsedTime(call.Began));
        }

        Interlocked.Decrement(ref _running);
        EndOf(call, calls);
    }

    private Task<ReadOnlyMemory<byte>> CallAsync(Call call)
    {
        if (call is { Service: BridgeService.ServiceName, Method: BridgeService.Outcome })
        {
            return OutcomeAsync(call);
        }

        return mesh.CallAsync(
            new MeshCall
            {
                Id = call.Id,
                Service = call.Service,
                Method = call.Method,
                Params = call.Params,
                Caller = call.Caller,
                TraceId = call.Echo.TraceId,
                Ttl = call.Ttl,
                Permit = method => Permit(call, method),
                Progress = progress => call.Consumer.Outbox.Send(Outgoing.Progress(call.Echo, call.Id, progress)),
            },
            call.Cancellation);
    }

    private void Permit(Call call, MeshMethod method)
    {
        if (call.Caller.Role < method.Right)
        {
            throw new MeshException(new WireError(
                WireError.Forbidden, $"{method.Name} needs the role {method.Right.NameOf()}; you have the role {call.Caller.Role.NameOf()}."));
        }

        call.Begin(method);
        if (method.Changes)
        {
            call.Outcome = _outcomes.Begin(call.Id, call.Caller.UserId, method.Name);
        }
    }

    /// <summary>Waits for the outcome of another call, as long as this one's time allows.</summary>
    private async Task<ReadOnlyMemory<byte>> OutcomeAsync(Call call)
    {
        Permit(call, new MeshMethod(BridgeService.Outcome, Role.Viewer, Changes: false));
        var id = call.Params.ValueKind == JsonValueKind.Object && call.Params.TryGetProperty("call", out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (_outcomes.Find(id) is not { } outcome || (outcome.UserId != call.Caller.UserId && call.Caller.Role < Role.Admin))
        {
            throw new MeshException(new WireError(
                WireError.NotFound, "There is no such call of yours that changed something; the outcomes of the newest 1,000 are kept, until the gateway stops."));
        }

        call.Outcome = null;
        var (result, error) = await outcome.Done.WaitAsync(call.Cancellation).ConfigureAwait(false);
        return error is null ? result : throw new MeshException(error);
    }

    /// <summary>Nobody waits any more, and nothing was answered.</summary>
    private void OnEnded(Call call, CallEnd reason)
    {
        var error = reason switch
        {
            CallEnd.Left => null,
            _ when call.Resolved is { Changes: true } => StillRunning(call.Id),
            CallEnd.Expired when call is { Service: BridgeService.ServiceName, Method: BridgeService.Outcome } => StillRunning(call.Id),
            CallEnd.Expired => new WireError(
                WireError.Timeout, $"The call did not end within {call.Ttl.TotalMilliseconds:0} ms and was cancelled. Allow it more time with 'ttl'.", Retryable: true),
            _ => new WireError(WireError.Cancelled, "You have cancelled the call.", Retryable: true),
        };
        if (error is not null)
        {
            Finish(call, default, error);
        }
        else
        {
            audit.Ended(call.Caller, call.Consumer, call.Id, call.Service, call.Resolved?.Name ?? call.Method, "left", clock.GetElapsedTime(call.Began));
        }

        if (call.Consumer.Calls is ConsumerCalls calls)
        {
            lock (calls.Lock)
            {
                Forget(call, calls);
                if (!call.IsRunning)
                {
                    // it is passed over when its turn comes
                    calls.All.Remove(call);
                }
            }
        }
    }

    private static WireError StillRunning(string call) => new(
        WireError.StillRunning,
        $"The operation makes changes, so it runs to its end. Ask for its outcome: {BridgeService.ServiceName}/{BridgeService.Outcome} with the call {call}.",
        Retryable: false);

    private void Finish(Call call, ReadOnlyMemory<byte> result, WireError? error)
    {
        // before the response: the consumer may use the id again at once
        if (call.Echo.Id is not null && call.Consumer.Calls is ConsumerCalls calls)
        {
            lock (calls.Lock)
            {
                Forget(call, calls);
            }
        }

        call.Consumer.Outbox.Send(error is null
            ? Outgoing.Response(call.Echo, call.Id, result)
            : Outgoing.Response(call.Echo, call.Id, error));
        audit.Ended(
            call.Caller, call.Consumer, call.Id, call.Service, call.Resolved?.Name ?? call.Method, error?.Error ?? "ok", clock.GetElapsedTime(call.Began));
    }

    /// <summary>The consumer may use the id again.</summary>
    private static void Forget(Call call, ConsumerCalls calls)
    {
        if (call.Echo.Id is { } own && calls.ById.TryGetValue(own, out var known) && known == call)
        {
            calls.ById.Remove(own);
        }
    }

    private void EndOf(Call call, ConsumerCalls calls)
    {
        Call? next = null;
        lock (calls.Lock)
        {
            calls.All.Remove(call);
            Forget(call, calls);
            calls.Running--;
            while (!calls.HasLeft && calls.Waiting.TryDequeue(out var waiting))
            {
                if (calls.All.Contains(waiting))
                {
                    next = waiting;
                    next.IsRunning = true;
                    calls.Running++;
                    break;
                }

                waiting.Dispose();
            }
        }

        call.Dispose();
        if (next is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Tracker.RunAsync(state.Next, state.Calls), (Tracker: this, Next: next, Calls: calls), preferLocal: true);
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge, in the service {Service}: {Type}: {Error}. The log file has the trace; please report it.")]
    private partial void LogBug(string service, string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    private partial void LogTrace(string trace);
}
