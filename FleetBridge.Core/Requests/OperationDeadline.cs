using FleetBridge.Core.Text;

namespace FleetBridge.Core.Requests;

/// <summary>
/// How long an operation may take. After that it is cancelled, and shortly afterwards nobody waits for it any more: code that blocks
/// ignores cancellation.
/// </summary>
internal sealed class OperationDeadline : IDisposable
{
    /// <summary>How long an operation may take to end after it was cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly TimeSpan? _limit;
    private readonly CancellationTokenSource? _source;

    /// <summary>Begins to run.</summary>
    /// <param name="limit">The time; null for as long as it takes.</param>
    /// <param name="clock">The clock.</param>
    public OperationDeadline(TimeSpan? limit, TimeProvider clock)
    {
        (_limit, _clock) = (limit, clock);
        _source = limit is { } time ? new CancellationTokenSource(time, clock) : null;
    }

    /// <summary>Cancelled when it has passed; never, when there is none.</summary>
    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    /// <summary>The time, as a user reads it.</summary>
    public override string ToString() => _limit is { } limit ? DurationText.Of(limit) : "none";

    /// <summary>Waits for an operation, but not forever.</summary>
    /// <param name="running">The operation.</param>
    /// <returns>Whether it has ended.</returns>
    public async Task<bool> IsKeptByAsync(Task running)
    {
        try
        {
            await running.WaitAsync(_limit + Grace ?? Timeout.InfiniteTimeSpan, _clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return running.IsCompleted;
        }
    }

    public void Dispose() => _source?.Dispose();
}
