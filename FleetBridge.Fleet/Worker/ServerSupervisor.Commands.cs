using System.Text;
using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <content>Commands.</content>
internal sealed partial class ServerSupervisor
{
    /// <summary>Carries out a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="cancellation">Ends the wait for its end, not the command.</param>
    /// <returns>Null when it was done, else why not.</returns>
    public Task<string?> RunAsync(WorkerCommand command, CancellationToken cancellation)
    {
        if (command.Type == CommandType.Stdin)
        {
            return WriteStdinAsync(command.Text ?? "", cancellation);
        }

        var pending = new PendingCommand(command.Type);
        lock (_lock)
        {
            if (IsGone || _record.Desired.IsDeleted)
            {
                return Task.FromResult<string?>("The server is deleted.");
            }

            if (_work.IsCompleted || _leaving.IsCancellationRequested || (_isShuttingDown && IsForRunning(command.Type)))
            {
                return Task.FromResult<string?>("The worker ends.");
            }

            Begin(pending);
        }

        _wake.Set();
        return pending.Ended.WaitAsync(cancellation);
    }

    private void Begin(PendingCommand command)
    {
        switch (command.Type)
        {
            case CommandType.Start when _running is { } running && !_isStopping && FindStopRequest(running) is null:
                command.Done();
                return;
            case CommandType.Start:
                Want(DesiredState.Running);
                Recover(isAsked: true);
                break;
            case CommandType.Restart:
                command.EndsRun = _running?.RunId;
                Want(DesiredState.Running);
                Recover(isAsked: true);
                break;
            case CommandType.Update:
                _installProblem = null;
                if (!_record.IsInstalled)
                {
                    Recover(isAsked: true);
                }

                break;
            default:
                var name = command.Type == CommandType.Stop ? "stop" : "kill";
                FailCommands($"It was cancelled by a {name}.", other => other.Type is CommandType.Start or CommandType.Restart);
                Want(DesiredState.Stopped);
                Recover(isAsked: false);
                _ = _startCancel?.CancelAsync();
                if (command.Type == CommandType.Kill)
                {
                    _ = _killNow.CancelAsync();
                    CancelInstall();
                }

                break;
        }

        _commands.Add(command);
        Tell();
    }

    /// <summary>What a worker that ends does not do any more.</summary>
    private static bool IsForRunning(CommandType type) => type is CommandType.Start or CommandType.Restart or CommandType.Update;

    private void CancelInstall()
    {
        if (_install is not null)
        {
            _ = _installCancel?.CancelAsync();
        }
        else if (_record.Install is null && _installProblem is null)
        {
            // it was about to begin
            FailInstall("The install was cancelled.", isRetryable: false);
        }
    }

    private void Want(DesiredState state)
    {
        if (_record.Desired.DesiredState != state)
        {
            Store(_record with { Desired = _record.Desired with { DesiredState = state } });
        }
    }

    private async Task<string?> WriteStdinAsync(string text, CancellationToken cancellation)
    {
        if (text.AsSpan().IndexOfAny('\n', '\r') >= 0)
        {
            return "The text has to be one line.";
        }

        // one after the other, in the order of the commands
        await _stdin.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_running is not { } running)
            {
                return "The server does not run.";
            }

            await running.WriteStdinAsync(Encoding.UTF8.GetBytes(text), cancellation).ConfigureAwait(false);
            return null;
        }
        catch (RunningServerException exception)
        {
            return exception.Message;
        }
        finally
        {
            _stdin.Release();
        }
    }

    /// <summary>Who wants this run to end; null for nobody.</summary>
    private string? FindStopRequest(IRunningServer running) => _commands switch
    {
        _ when _commands.Exists(command => command.Type == CommandType.Kill) => "It was killed on request.",
        _ when _isShuttingDown => "The worker was shut down.",
        _ when _record.Desired.IsDeleted => "The server was deleted.",

        // a start may have come behind the stop before anybody looked: both are carried out, in their order
        _ when Wanted == DesiredState.Stopped || _commands.Exists(command => command.Type == CommandType.Stop) => "It was stopped on request.",
        _ when _commands.Exists(command => command.EndsRun == running.RunId) => "It was restarted on request.",
        _ => null,
    };
}
