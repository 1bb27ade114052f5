using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh;

/// <summary>How a call that changes something ends.</summary>
/// <param name="CallId">The call.</param>
/// <param name="UserId">Whose it was.</param>
internal sealed record Outcome(string CallId, string UserId)
{
    private readonly TaskCompletionSource<(ReadOnlyMemory<byte> Result, WireError? Error)> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the result, or with why there is none.</summary>
    public Task<(ReadOnlyMemory<byte> Result, WireError? Error)> Done => _done.Task;

    public void Set(ReadOnlyMemory<byte> result, WireError? error) => _done.TrySetResult((result, error));
}

/// <summary>The outcomes of the newest calls that changed something, for consumers that have gone or whose time was over.</summary>
/// <param name="clock">The clock.</param>
/// <param name="journal">Keeps them over the end of this process, however it ends; null where nothing does.</param>
internal sealed class Outcomes(TimeProvider clock, OutcomeJournal? journal = null)
{
    private const int Kept = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Outcome> _byCall = new(StringComparer.Ordinal);
    private readonly Queue<Outcome> _order = new();

    /// <summary>Takes over what the journal has of processes before. What had begun there and not ended is interrupted: nobody knows more.</summary>
    public void Restore()
    {
        foreach (var past in journal?.Past ?? [])
        {
            Add(new Outcome(past.CallId, past.UserId)).Set(past.Result, past.HasEnded ? past.Error : Interrupted(past));
        }
    }

    /// <summary>Begins to remember a call.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="userId">Whose it is.</param>
    /// <param name="method">What it runs.</param>
    public Outcome Begin(string callId, string userId, string method)
    {
        journal?.Begin(new JournaledCall(callId, userId, method, clock.GetUtcNow()));
        return Add(new Outcome(callId, userId));
    }

    /// <summary>A call has ended.</summary>
    public void End(Outcome outcome, ReadOnlyMemory<byte> result, WireError? error)
    {
        journal?.End(outcome.CallId, result, error);
        outcome.Set(result, error);
    }

    private static WireError Interrupted(JournaledCall call) => new(
        WireError.Interrupted,
        $"The process that ran {call.Method} since {call.Began:u} was ended before it had a result. What it has changed so far stays. Check, and call it again.");

    private Outcome Add(Outcome outcome)
    {
        lock (_lock)
        {
            _byCall[outcome.CallId] = outcome;
            _order.Enqueue(outcome);

            // what still runs is kept: its outcome was promised
            for (var looked = _order.Count; _byCall.Count > Kept && looked > 0; looked--)
            {
                var oldest = _order.Dequeue();
                if (oldest.Done.IsCompleted)
                {
                    _byCall.Remove(oldest.CallId);
                }
                else
                {
                    _order.Enqueue(oldest);
                }
            }
        }

        return outcome;
    }

    /// <summary>Finds a call's outcome.</summary>
    public Outcome? Find(string callId)
    {
        lock (_lock)
        {
            return _byCall.GetValueOrDefault(callId);
        }
    }
}
