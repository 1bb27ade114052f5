using System.Text;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>Ends a server: by its stop command, then by its signal, then by the kill of all its processes. Each step has its time.</summary>
/// <param name="clock">The clock.</param>
/// <param name="beginning">Is called before each step.</param>
internal sealed class StopLadder(TimeProvider clock, Action<StopStep>? beginning = null)
{
    /// <summary>A kill is repeated as long as something is left: a process in the kernel ends when the kernel lets it.</summary>
    private static readonly TimeSpan KillInterval = TimeSpan.FromSeconds(5);

    /// <summary>Goes down the ladder until the server has ended.</summary>
    /// <param name="server">The server.</param>
    /// <param name="settings">Its ladder.</param>
    /// <param name="now">When it is cancelled, the kill is next.</param>
    /// <param name="leaving">When it is cancelled, nothing more is done to the server.</param>
    /// <returns>The step that worked.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="leaving"/> was cancelled.</exception>
    public async Task<StopStep> EndAsync(IRunningServer server, StopSettings settings, CancellationToken now, CancellationToken leaving)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(now, leaving);
        var limit = TimeSpan.FromSeconds(settings.TimeoutSeconds);
        if (settings.Command is { } command
            && await TryAsync(server, StopStep.Command, limit, cancellation => server.WriteStdinAsync(Encoding.UTF8.GetBytes(command), cancellation), either.Token)
                .ConfigureAwait(false))
        {
            return StopStep.Command;
        }

        leaving.ThrowIfCancellationRequested();
        if (settings.Signal != "SIGKILL"
            && await TryAsync(server, StopStep.Signal, limit, cancellation => server.SignalAsync(settings.Signal, cancellation), either.Token).ConfigureAwait(false))
        {
            return StopStep.Signal;
        }

        beginning?.Invoke(StopStep.Kill);
        while (!server.Exited.IsCompleted)
        {
            leaving.ThrowIfCancellationRequested();
            await server.KillTreeAsync(CancellationToken.None).ConfigureAwait(false);
            await WaitAsync(server, KillInterval, leaving).ConfigureAwait(false);
        }

        return StopStep.Kill;
    }

    /// <returns>Whether the server has ended.</returns>
    private async Task<bool> TryAsync(IRunningServer server, StopStep step, TimeSpan limit, Func<CancellationToken, Task> act, CancellationToken now)
    {
        if (now.IsCancellationRequested)
        {
            return false;
        }

        beginning?.Invoke(step);
        try
        {
            await act(now).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (RunningServerException)
        {
            // it cannot be reached this way: the next step, unless it is ending just now
            return await WaitAsync(server, TimeSpan.FromMilliseconds(100), now).ConfigureAwait(false);
        }

        return await WaitAsync(server, limit, now).ConfigureAwait(false);
    }

    private async Task<bool> WaitAsync(IRunningServer server, TimeSpan limit, CancellationToken now)
    {
        try
        {
            await server.Exited.WaitAsync(limit, clock, now).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
