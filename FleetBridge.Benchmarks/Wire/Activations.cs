using System.Collections.Concurrent;

namespace FleetBridge.Benchmarks.Wire;

/// <summary>Which game sessions are active, as their servers know: a client that waits for that need not ask the host again and again.</summary>
internal sealed class Activations
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _sessions = new();

    /// <summary>Says that a game session's activation was answered.</summary>
    public void Add(string gameSessionId) => Of(gameSessionId).TrySetResult();

    /// <summary>Waits for that, once for each game session.</summary>
    public async Task WaitAsync(string gameSessionId, CancellationToken cancellation)
    {
        await Of(gameSessionId).Task.WaitAsync(cancellation);
        _sessions.TryRemove(gameSessionId, out _);
    }

    private TaskCompletionSource Of(string gameSessionId) =>
        _sessions.GetOrAdd(gameSessionId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
