using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Requests;

/// <summary>
/// Runs all checks that a backend declares at the same time, each with the same deadline, and makes text of what they find.
/// </summary>
internal static class EnvironmentCheckRunner
{
    public const string ChecksName = "Checks";
    public const string NameName = "Name";
    public const string StateName = "State";
    public const string MessageName = "Message";
    public const string RemedyName = "Remedy";

    /// <summary>For how long they are waited for.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Runs them.</summary>
    /// <param name="generation">The backend's build, leased by the caller.</param>
    /// <param name="contextOf">Makes the context of a check that is cancelled by a token.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">Ends them earlier.</param>
    /// <returns>True when none failed; its details list what each has found.</returns>
    public static async Task<BackendResult> RunAsync(
        BackendGeneration generation,
        Func<CancellationToken, BackendContext> contextOf,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        // Not disposed: a check that does not listen may ask its token at any time.
        var deadline = new CancellationTokenSource(Limit, clock);
        await using var ended = cancellation.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var context = contextOf(deadline.Token);
        var running = generation.EnvironmentChecks
            .Select(checkup => (checkup.Name, Task: Task.Run(() => ExamineAsync(checkup, context, generation.IsScript), CancellationToken.None)))
            .ToList();
        KeepUntilAllEnd(generation, running.Select(one => one.Task));
        var checks = new JsonArray();
        var failed = new List<string>();
        foreach (var (name, task) in running)
        {
            var (state, message, remedy) = await FindingOfAsync(task, deadline.Token, cancellation).ConfigureAwait(false);
            if (state == CheckStatus.Failed)
            {
                failed.Add(name);
            }

            checks.Add((JsonNode)new JsonObject
            {
                [NameName] = name,
                [StateName] = state.ToString(),
                [MessageName] = message,
                [RemedyName] = remedy,
            });
        }

        var details = new JsonObject { [ChecksName] = checks };
        return failed.Count == 0
            ? BackendResult.Success(details)
            : BackendResult.Failure($"Not in order: {string.Join(", ", failed)}.", "'fleetbridge doctor' says what to mend.", details);
    }

    private static async Task<CheckResult> ExamineAsync(EnvironmentCheck checkup, BackendContext context, bool isScript)
    {
        using var entered = BackendCode.Enter(context, isScript);
        try
        {
            return await checkup.Handler(context).ConfigureAwait(false);
        }
        catch (BackendException exception)
        {
            return new CheckResult(CheckStatus.Failed, exception.Message, exception.Remedy);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            return Late();
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

    private static async Task<CheckResult> FindingOfAsync(Task<CheckResult> task, CancellationToken deadline, CancellationToken cancellation)
    {
        await Task.WhenAny(task, Task.Delay(Timeout.Infinite, deadline)).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return task.IsCompletedSuccessfully ? await task.ConfigureAwait(false) : Late();
    }

    private static CheckResult Late() => new(
        CheckStatus.Failed,
        $"There was no answer within {Limit.TotalSeconds:0} s.",
        "Try it again; if it stays so, look at the network, the VPN and the proxy (HTTPS_PROXY).");

    /// <summary>A check that does not listen to its deadline is not waited for, but its code must not be unloaded under it.
    /// </summary>
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
