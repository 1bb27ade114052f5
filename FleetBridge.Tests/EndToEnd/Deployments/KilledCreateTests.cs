using System.Collections.Concurrent;
using Amazon.Emulation.S3;
using Amazon.Emulation.Wire;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.EndToEnd.Deployments;

/// <summary>
/// <c>create all</c> killed without a chance to clean up, at every kind of step that it takes. Each run continues from what
/// the one before has left and is killed at the next step, so that every state between nothing and everything is come upon
/// by a new process.
/// </summary>
public sealed class KilledCreateTests(ITestOutputHelper output) : EndToEndTest(output)
{
    private const int MostKills = 60;

    /// <summary>Calls that are made for each test user: only those for the first and the last one are worth a kill.</summary>
    private static readonly HashSet<string?> WorthIt = ["user0", "user31"];

    private readonly ConcurrentDictionary<string, bool> _killed = new();
    private TaskCompletionSource<string>? _step;

    [Fact]
    public async Task Create_killed_at_every_step_is_completed_by_the_next_and_nothing_is_doubled()
    {
        Requires.Unix();
        GamePackage.Make(Package, GamePackage.SeveralParts);
        Aws.S3.Bodies = S3Bodies.Hash;
        Aws.S3.Fault = call => Claim($"before {call.Operation} {call.PartNumber}") is { } held ? new S3Fault { Wait = held } : null;
        Seen = Hold;
        for (var kills = 0; ; kills++)
        {
            Assert.InRange(kills, 0, MostKills);
            if (await RunUntilKilledAsync() is not { } step)
            {
                break;
            }

            Shown.WriteLine($"killed {step}");
        }

        Assert.True(_killed.Count > MostKills / 2, $"killed at {_killed.Count} steps only: {string.Join(", ", _killed.Keys)}");
        DeployedState.AssertComplete(Aws, "life");
        var lost = Aws.S3.Uploads.Count;
        await DeployAsync("delete all", 0);
        DeployedState.AssertGone(Aws, "life", lost);
    }

    /// <summary>Runs <c>create all</c>.</summary>
    /// <returns>The step at which it was killed; null when it came to its end.</returns>
    private async Task<string?> RunUntilKilledAsync()
    {
        var step = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _step, step);
        await using var program = Begin("create all");
        var ended = program.WaitAsync(Patience);
        if (await Task.WhenAny(step.Task, ended) == ended)
        {
            Volatile.Write(ref _step, null);
            await EndAsync(program, "create all", 0);
            return null;
        }

        program.Signal(FleetBridgeProcess.Kill);
        await ended;
        return await step.Task;
    }

    /// <summary>After the effect and before the answer: what was done is not known to who asked for it. Before the next
    /// one's effect the state is the same.</summary>
    private Task Hold(AwsCall call)
    {
        if (call.Operation.StartsWith("List", StringComparison.Ordinal)
            || call.Operation.StartsWith("Get", StringComparison.Ordinal)
            || (call.Operation.StartsWith("Describe", StringComparison.Ordinal) && call.Operation != "DescribeBuild")
            || (call.Text("Username") is { } user && !WorthIt.Contains(user)))
        {
            return Task.CompletedTask;
        }

        // what two of a kind are made of
        var of = call.Text("Username") ?? call.Text("RoleName") ?? call.Text("FunctionName") ?? call.Text("pathPart")
            ?? call.Text("httpMethod");
        return Claim($"after {call.Operation} {of}") ?? Task.CompletedTask;
    }

    /// <summary>Claims a step for a kill, if it is the first of its kind.</summary>
    /// <returns>What it waits for: it never continues; null when it may continue. Of two that are made at the same time both stop
    /// there, and the one kill is for both.</returns>
    private Task? Claim(string step)
    {
        if (Volatile.Read(ref _step) is not { } current || !_killed.TryAdd(step, true))
        {
            return null;
        }

        current.TrySetResult(step);
        return Task.Delay(Timeout.InfiniteTimeSpan);
    }
}
