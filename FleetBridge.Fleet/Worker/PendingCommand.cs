using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>A command that a server works on.</summary>
/// <param name="type">What is asked.</param>
internal sealed class PendingCommand(CommandType type)
{
    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is asked.</summary>
    public CommandType Type { get; } = type;

    /// <summary>The run that a restart has to end first; null when it has ended.</summary>
    public string? EndsRun { get; set; }

    /// <summary>Null when it was done, else why not.</summary>
    public Task<string?> Ended => _ended.Task;

    /// <summary>It was done.</summary>
    public void Done() => _ended.TrySetResult(null);

    /// <summary>Its outcome is not known yet, and the worker ends.</summary>
    public void Cancel() => _ended.TrySetCanceled();

    /// <summary>It was not done.</summary>
    /// <param name="reason">Why, as a sentence.</param>
    public void Fail(string reason) => _ended.TrySetResult(reason);
}
