using System.Collections.Concurrent;
using FleetBridge.Fleet.Control;

namespace FleetBridge.Fleet.Workers;

/// <summary>
/// Workers that are connected, or have just registered, and have not said hello yet: until then it is not known what they can install. They
/// are not alive, and a new server waits for them.
/// </summary>
/// <param name="control">The fleet with its store.</param>
/// <param name="clock">The clock of every wait.</param>
internal sealed class WorkerGreetings(FleetControl control, TimeProvider clock)
{
    /// <summary>How long one is waited for.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, bool> _awaited = new(StringComparer.Ordinal);
    private TaskCompletionSource _next = New();

    /// <summary>Completes with the next hello of any worker.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Whether a worker's hello is still to come.</summary>
    public bool IsAwaited(string workerId) => _awaited.ContainsKey(workerId);

    /// <summary>A worker has connected, and is going to say hello.</summary>
    public void Await(string workerId) => _awaited[workerId] = true;

    /// <summary>A worker has said hello, and that is stored.</summary>
    public void Note(string workerId)
    {
        _awaited.TryRemove(workerId, out _);
        Interlocked.Exchange(ref _next, New()).SetResult();
    }

    /// <summary>The worker is gone.</summary>
    public void Forget(string workerId) => _awaited.TryRemove(workerId, out _);

    /// <summary>Whether a hello has come meanwhile, or may come within the limit.</summary>
    /// <param name="next">The hello that was the next one before the placement was tried.</param>
    /// <param name="begun">When the wait began.</param>
    public bool IsWorthATry(Task next, long begun) =>
        clock.GetElapsedTime(begun) < Limit && (next.IsCompleted || !_awaited.IsEmpty || IsOneNew());

    /// <summary>Waits for a hello until the limit.</summary>
    /// <param name="next">The hello.</param>
    /// <param name="begun">When the wait began.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task WaitAsync(Task next, long begun, CancellationToken cancellation)
    {
        try
        {
            var left = Limit - clock.GetElapsedTime(begun);
            await next.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // it is tried once more, and the caller is told why not
        }
    }

    private bool IsOneNew() => control.Read(model => model.Workers.All.Any(
        worker => worker is { IsGreeted: false, SecretHash: not null } && model.Now - worker.CreatedAt < Limit));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
