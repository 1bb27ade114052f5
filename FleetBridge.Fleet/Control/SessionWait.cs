using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>Somebody waits until a game session is as wished.</summary>
internal sealed class SessionWait(Func<GameSession, bool> condition)
{
    private readonly TaskCompletionSource<GameSession> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GameSession? _session;
    private Exception? _error;

    /// <summary>Whether the change ends the wait.</summary>
    /// <param name="session">Null when it is no longer known.</param>
    public bool IsOver(GameSession? session, string gameSessionId)
    {
        if (session is null)
        {
            _error = new FleetException(FleetErrors.NotFound, $"Game session {gameSessionId} is no longer known.");
            return true;
        }

        try
        {
            _session = condition(session) ? session : null;
        }
        catch (Exception error)
        {
            _error = error;
        }

        return _session is not null || _error is not null;
    }

    public void Complete()
    {
        if (_error is null)
        {
            _done.TrySetResult(_session!);
        }
        else
        {
            _done.TrySetException(_error);
        }
    }

    public void Fail(Exception error) => _done.TrySetException(error);

    public async Task<GameSession> GetAsync(Action forget, CancellationToken cancellationToken)
    {
        try
        {
            return await _done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            forget();
            throw;
        }
    }
}
