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
internal sealed class Outcomes
{
    private const int Kept = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Outcome> _byCall = new(StringComparer.Ordinal);
    private readonly Queue<Outcome> _order = new();

    /// <summary>Begins to remember a call.</summary>
    public Outcome Begin(string callId, string userId)
    {
        var outcome = new Outcome(callId, userId);
        lock (_lock)
        {
            _byCall[callId] = outcome;
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
