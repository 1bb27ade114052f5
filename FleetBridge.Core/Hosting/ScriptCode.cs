using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Scripting;

namespace FleetBridge.Core.Hosting;

/// <summary>A script's code: its loops end with the token of the call, and it always has a deadline.</summary>
internal sealed class ScriptCode : BackendCode
{
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ChangeDeadline = TimeSpan.FromHours(1);

    public override TimeSpan? DefaultDeadline(OperationKind kind) => kind == OperationKind.Read ? ReadDeadline : ChangeDeadline;

    public override IDisposable Enter(BackendContext context)
    {
        ScriptGuard.Begin(context.Cancellation);
        return base.Enter(context);
    }

    /// <summary>On another thread: the guard must not stay with the caller.</summary>
    public override async ValueTask<T> CallBrieflyAsync<T>(Func<T> call, DedicatedThreads threads, TimeProvider clock)
    {
        using var limit = new CancellationTokenSource(BriefLimit, clock);
        try
        {
            return await threads.RunAsync(() =>
            {
                ScriptGuard.Begin(limit.Token);
                return Task.FromResult(call());
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }

    public override string PlaceOf(Exception exception) => ScriptEntry.PlaceOf(exception);
}
