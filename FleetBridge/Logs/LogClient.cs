namespace FleetBridge.Logs;

/// <summary>The one client of the log socket, as far as another that wants its place has to know it.</summary>
internal sealed class LogClient
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile BatchingStream? _stream;

    /// <summary>Completes when it has gone.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Completes when it has to go.</summary>
    public Task Replaced => _replaced.Task;

    /// <summary>How long it has not sent anything, not even a pong.</summary>
    public TimeSpan SilentFor => _stream?.SilentFor ?? TimeSpan.Zero;

    public void Begin(BatchingStream stream) => _stream = stream;

    public void Replace() => _replaced.TrySetResult();

    public void End() => _ended.TrySetResult();
}
