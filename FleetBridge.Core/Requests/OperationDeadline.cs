using FleetBridge.Backends;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Requests;

/// <summary>
/// How long an operation may take. When that has passed it is cancelled, and soon afterwards nobody waits for it any more:
/// code that blocks does not hear that it is cancelled.
/// </summary>
internal sealed class OperationDeadline : IDisposable
{
    /// <summary>How long what was cancelled may take to end.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ScriptReads = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ScriptChanges = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock;
    private readonly TimeSpan? _limit;
    private readonly CancellationTokenSource? _source;

    /// <summary>Begins to run.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="isScript">Whether a script does it, which has a deadline in any case.</param>
    /// <param name="clock">Measures it.</param>
    public OperationDeadline(Operation operation, bool isScript, TimeProvider clock)
    {
        _clock = clock;
        _limit = operation.Deadline ?? (operation.Kind, isScript) switch
        {
            (_, false) => null,
            (OperationKind.Read, _) => ScriptReads,
            _ => ScriptChanges,
        };
        _source = _limit is { } limit ? new CancellationTokenSource(limit, clock) : null;
    }

    /// <summary>Cancelled when it has passed; never, when there is none.</summary>
    public CancellationToken Token => _source?.Token ?? CancellationToken.None;

    /// <summary>The time, as a user reads it.</summary>
    public string Told => _limit is { } limit ? DurationText.Of(limit) : "none";

    /// <summary>Waits for an operation, but not for ever.</summary>
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
