using Amazon.Emulation.Wire;

namespace FleetBridge.Tests.Support;

/// <summary>Lets several callers of one operation wait for each other, so that they do it at the same time.</summary>
internal sealed class Meeting(string operation, int count)
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _here;

    /// <summary>Waits until all calls have come; later calls do not wait.</summary>
    public Task ArriveAsync(AwsCall call)
    {
        if (call.Operation != operation)
        {
            return Task.CompletedTask;
        }

        if (Interlocked.Increment(ref _here) >= count)
        {
            _all.TrySetResult();
        }

        return _all.Task.WaitAsync(Eventually.Limit);
    }
}
