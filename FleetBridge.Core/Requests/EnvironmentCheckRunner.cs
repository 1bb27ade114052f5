using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Requests;

/// <summary>What one of a backend's checks has found.</summary>
/// <param name="Name">The check.</param>
/// <param name="Result">What it has found.</param>
internal sealed record NamedCheckResult(string Name, CheckResult Result);

/// <summary>Runs all checks that a backend declares in parallel, with one deadline.</summary>
internal static class EnvironmentCheckRunner
{
    /// <summary>The deadline.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Runs them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="settings">Its settings.</param>
    /// <returns>What each has found, in their order.</returns>
    /// <exception cref="OperationCanceledException">Nobody waits for the response any more.</exception>
    public static async Task<IReadOnlyList<NamedCheckResult>> RunAsync(LeasedRequest request, Settings settings)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(request.Services.Stopping, request.Options.Aborted);

        // Not disposed: a check that ignores it may use its token at any time.
        var deadline = new CancellationTokenSource(Limit, request.Services.Clock);
        await using var ended = cancellation.Token.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var context = request.CreateContext(settings, deadline.Token);
        var code = request.Generation.Code;
        var running = request.Generation.EnvironmentChecks
            .Select(check => (check.Name, Task: request.Generation.Threads.RunAsync(() => RunAsync(check, context, code))))
            .ToList();
        KeepUntilAllEnd(request.Generation, running.Select(one => one.Task));
        var results = new List<NamedCheckResult>();
        foreach (var (name, task) in running)
        {
            results.Add(new NamedCheckResult(name, await ResultOfAsync(task, deadline.Token, cancellation.Token).ConfigureAwait(false)));
        }

        return results;
    }

    private static async Task<CheckResult> RunAsync(EnvironmentCheck check, BackendContext context, BackendCode code)
    {
        using var entered = code.Enter(context);
        try
        {
            return await check.Handler(context).ConfigureAwait(false) is var (state, message, remedy)
                ? new CheckResult(state, message, remedy)
                : throw new InvalidOperationException("The check returned null.");
        }
        catch (BackendException exception)
        {
            return new CheckResult(CheckStatus.Failed, exception.Message, exception.Remedy);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            return TimedOut();
        }
        catch (Exception exception)
        {
            // only text leaves: the exception may be of the backend's own type
            return new CheckResult(
                CheckStatus.Failed,
                $"A bug in this check: {ExceptionText.Summary(exception)}",
                "Please report it to the backend's author.");
        }
    }

    private static async Task<CheckResult> ResultOfAsync(Task<CheckResult> task, CancellationToken deadline, CancellationToken cancellation)
    {
        await ((Task)task).WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return task.IsCompletedSuccessfully ? await task.ConfigureAwait(false) : TimedOut();
    }

    private static CheckResult TimedOut() => new(
        CheckStatus.Failed,
        $"There was no response within {Limit.TotalSeconds:0} s.",
        "Try again; if it happens again, check the network, the VPN and the proxy (HTTPS_PROXY).");

    /// <summary>A check that ignores its deadline is not waited for, but its code must not be unloaded while it runs.</summary>
    private static void KeepUntilAllEnd(BackendGeneration generation, IEnumerable<Task> running)
    {
        var lease = generation.LeaseAgain();
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.WhenAll(running).ContinueWith(
                (_, held) => ((BackendLease)held!).Dispose(),
                lease,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
