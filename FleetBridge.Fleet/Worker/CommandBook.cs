using FleetBridge.Fleet.Servers;
using Microsoft.Data.Sqlite;

namespace FleetBridge.Fleet.Worker;

/// <summary>Commands by their ids: each is carried out once, however often it comes, and has one outcome.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="clock">The clock.</param>
internal sealed class CommandBook(WorkerStore store, TimeProvider clock) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task<CommandOutcome>> _open = [];
    private bool _isClosed;

    /// <summary>Carries out a command, or gives the outcome that it has had.</summary>
    /// <param name="command">The command.</param>
    /// <param name="work">Does it: null when it was done, else why not.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<CommandOutcome> RunAsync(WorkerCommand command, Func<Task<string?>> work, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(command.Id, out var open))
            {
                open = BeginAsync(command, work);
                if (!open.IsCompleted)
                {
                    _open[command.Id] = open;
                }
            }

            return open.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    private async Task<CommandOutcome> BeginAsync(WorkerCommand command, Func<Task<string?>> work)
    {
        bool isBegun;
        try
        {
            if (store.FindOutcome(command.Id, out isBegun) is { } known)
            {
                return known;
            }
        }
        catch (SqliteException exception)
        {
            return Outcome(command, CommandStatus.Failed, $"The worker's store cannot be read: {exception.Message}");
        }

        if (isBegun && command.Type == CommandType.Stdin)
        {
            return End(command, CommandStatus.Failed, "The worker ended while it wrote the line: the server may have got it, or not.");
        }

        if (!isBegun && command.Deadline <= clock.GetUtcNow())
        {
            return End(command, CommandStatus.Expired, "Its deadline had passed when it reached the worker.");
        }

        try
        {
            store.Begin(command.Id);
        }
        catch (SqliteException exception)
        {
            return Outcome(command, CommandStatus.Failed, $"The worker's store cannot be written: {exception.Message}");
        }

        string? problem;
        try
        {
            problem = await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            problem = $"A bug in FleetBridge ({exception.GetType().Name}: {exception.Message}).";
        }

        return End(command, problem is null ? CommandStatus.Done : CommandStatus.Failed, problem);
    }

    private CommandOutcome End(WorkerCommand command, CommandStatus status, string? problem)
    {
        var outcome = Outcome(command, status, problem);
        lock (_lock)
        {
            _open.Remove(command.Id);
            if (!_isClosed)
            {
                try
                {
                    store.End(outcome);
                }
                catch (SqliteException)
                {
                    // it is told once; were it asked for again, it would be carried out again
                }
            }
        }

        return outcome;
    }

    private CommandOutcome Outcome(WorkerCommand command, CommandStatus status, string? problem) =>
        new() { Id = command.Id, Status = status, Error = problem, EndedAt = clock.GetUtcNow() };
}
