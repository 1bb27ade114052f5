using Amazon.Emulation;
using Amazon.Emulation.Faults;
using Amazon.Emulation.Wire;
using FleetBridge.Backends;

namespace FleetBridge.Tests.Support;

/// <summary>How a create comes to its end before its end.</summary>
public enum Stop
{
    /// <summary>It is killed before a call has done anything.</summary>
    BeforeTheEffect,

    /// <summary>It is killed when a call has done its work, before the answer.</summary>
    AfterTheEffect,

    /// <summary>It lives, but the connection is cut after a call has done its work.</summary>
    AnswerLost,

    /// <summary>It lives, but AWS fails before a call has done anything.</summary>
    ServerError,

    /// <summary>AWS refuses a call.</summary>
    Refused,
}

/// <summary>
/// A create that is ended at each of its changing calls in turn. The next create has to complete it, with nothing doubled;
/// then check has to be content, and delete has to leave nothing.
/// </summary>
internal sealed class StoppedCreate(string resource, ITestOutputHelper output)
{
    private static readonly string[] Looking = ["Get", "List", "Describe", "AdminGet"];

    /// <summary>The settings of every operation.</summary>
    public (string Key, string Value)[] Settings { get; init; } = [];

    /// <summary>Makes what the resource needs.</summary>
    public Func<AwsDeployment, Task> Prepare { get; init; } = _ => Task.CompletedTask;

    /// <summary>What has to go by between the create and the check.</summary>
    public Func<AwsDeployment, Task> WaitUntilReady { get; init; } = _ => Task.CompletedTask;

    /// <summary>Asserts that everything is there, once.</summary>
    public required Action<AwsEmulator> IsWhole { get; init; }

    /// <summary>Asserts that nothing is left.</summary>
    public required Action<AwsEmulator> IsGone { get; init; }

    /// <summary>Of many calls that are all alike, how many are left out between two that are tried.</summary>
    public Func<string, int> Stride { get; init; } = _ => 1;

    /// <summary>Whether a call changes something.</summary>
    public static bool IsChange(AwsCall call) =>
        !Looking.Any(beginning => call.Operation.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>The changing calls that have been made, in order.</summary>
    public static IReadOnlyList<string> Changes(AwsEmulator aws) =>
        [.. aws.Calls.All.Where(IsChange).Select(call => call.Operation)];

    /// <summary>Tries every call.</summary>
    public async Task CompletesAsync(Stop stop)
    {
        var calls = await UndisturbedAsync();
        output.WriteLine($"{calls.Count} changing calls: {string.Join(' ', calls)}");
        for (var number = 0; number < calls.Count; number++)
        {
            var nth = calls.Take(number).Count(call => call == calls[number]);
            if (nth % Stride(calls[number]) == 0)
            {
                await CompletesAsync(stop, calls[number], nth);
            }
        }
    }

    private async Task<IReadOnlyList<string>> UndisturbedAsync()
    {
        await using var deployment = await AwsDeployment.StartAsync(output);
        await Prepare(deployment);
        deployment.Aws.Calls.Clear();
        await deployment.SucceedAsync(resource, "create", Settings);
        var calls = Changes(deployment.Aws);
        Assert.NotEmpty(calls);
        IsWhole(deployment.Aws);
        return calls;
    }

    /// <summary>Stops at the nth call of an operation, counted from 0.</summary>
    private async Task CompletesAsync(Stop stop, string operation, int nth)
    {
        await using var deployment = await AwsDeployment.StartAsync();
        var (aws, stopped) = (deployment.Aws, "");
        try
        {
            await Prepare(deployment);
            await StopAsync(deployment, stop, operation, nth);
            stopped = deployment.LogText;
            await deployment.SucceedAsync(resource, "create", Settings);
            IsWhole(aws);
            await WaitUntilReady(deployment);
            await deployment.SucceedAsync(resource, "check", Settings);
            await deployment.SucceedAsync(resource, "delete", Settings);
            IsGone(aws);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"{stop} at {operation} {nth}: {exception.Message}\n{stopped}\n---\n{deployment.LogText}", exception);
        }
    }

    private async Task StopAsync(AwsDeployment deployment, Stop stop, string operation, int nth)
    {
        var aws = deployment.Aws;
        using var killed = new CancellationTokenSource();
        var seen = -1;
        Task Kill(AwsCall call)
        {
            if (call.Operation == operation && Interlocked.Increment(ref seen) == nth)
            {
                killed.Cancel();

                // nobody hears this any more
                throw new AwsError("ServiceUnavailable", "The process was killed.", 503);
            }

            return Task.CompletedTask;
        }

        switch (stop)
        {
            case Stop.BeforeTheEffect:
                aws.BeforeEffect = Kill;
                break;
            case Stop.AfterTheEffect:
                aws.AfterEffect = Kill;
                break;
            case Stop.AnswerLost:
                aws.Faults.Add(operation, Fault.DropAfter, after: nth);
                break;
            case Stop.ServerError:
                aws.Faults.Add(operation, Fault.InternalError, after: nth);
                break;
            default:
                aws.Faults.Add(operation, Fault.Deny, after: nth);
                break;
        }

        deployment.Cancellation = killed.Token;
        if (stop is Stop.BeforeTheEffect or Stop.AfterTheEffect)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => deployment.RunAsync(resource, "create", Settings));
            (aws.BeforeEffect, aws.AfterEffect) = (null, null);
        }
        else if (stop is Stop.Refused)
        {
            var refused = await Assert.ThrowsAsync<BackendException>(() => deployment.RunAsync(resource, "create", Settings));
            Assert.Contains("not authorized to perform", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            // what fails once is completed by the same create
            await deployment.SucceedAsync(resource, "create", Settings);
        }

        Assert.True(aws.Faults.AllHappened, "the fault never came");
        deployment.Cancellation = CancellationToken.None;
    }
}
