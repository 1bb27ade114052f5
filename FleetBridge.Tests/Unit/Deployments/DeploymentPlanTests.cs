using FleetBridge.Backends;
using FleetBridge.Core.Deployments;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;

namespace FleetBridge.Tests.Unit.Deployments;

/// <summary>The order alone, with steps that the test holds.</summary>
public sealed class DeploymentPlanTests
{
    /// <summary>a ← b, a ← c, (b, c) ← d, and e on its own.</summary>
    private static readonly ResourceOutline[] All = [Made("a"), Made("b", "a"), Made("c", "a"), Made("d", "b", "c"), Made("e")];

    private readonly Dictionary<string, TaskCompletionSource<bool>> _held = [];
    private readonly List<string> _begun = [];

    [Fact]
    public async Task Creating_begins_each_once_all_that_it_depends_on_are_there()
    {
        var running = Begin(DeploymentPlan.Creating(All));
        Assert.Equal(["a", "e"], _begun);
        End("a");
        Assert.Equal(["a", "e", "b", "c"], _begun);
        End("c");
        Assert.DoesNotContain("d", _begun);
        End("b");
        Assert.Contains("d", _begun);
        End("e");
        End("d");
        Assert.Equal(["a", "b", "c", "d", "e"], (await running).Select(outcome => outcome.Resource.Name));
    }

    [Fact]
    public async Task Failure_keeps_back_what_depends_on_it_and_nothing_else()
    {
        var running = Begin(DeploymentPlan.Creating(All));
        End("a");
        End("b", succeeded: false);
        Assert.Equal(["a", "e", "b", "c"], _begun);
        End("c");
        End("e");
        var outcomes = await running;
        Assert.Equal(["True", "False", "True", "skipped", "True"], outcomes.Select(outcome => outcome.Word));
        Assert.Equal("Skipped, because b failed.", outcomes[3].Response.Error);
    }

    [Fact]
    public async Task Skipped_names_what_failed_first_and_not_what_stands_between()
    {
        var running = Begin(DeploymentPlan.Creating([.. All, Made("f", "d", "e")]));
        End("a", succeeded: false);
        End("e", succeeded: false);
        var outcomes = await running;
        Assert.Equal(["a", "e"], outcomes.Single(outcome => outcome.Resource.Name == "f").FailedBefore);
        Assert.Equal(["a", "e"], _begun);
    }

    [Fact]
    public async Task What_was_not_chosen_is_not_waited_for()
    {
        var running = Begin(DeploymentPlan.Creating([All[1], All[3]]));
        Assert.Equal(["b"], _begun);
        End("b");
        Assert.Equal(["b", "d"], _begun);
        End("d");
        Assert.All(await running, outcome => Assert.True(outcome.Succeeded));
    }

    [Fact]
    public async Task Deleting_begins_each_once_what_depends_on_it_is_gone()
    {
        var running = Begin(DeploymentPlan.Deleting(All));
        Assert.Equal(["e", "d"], _begun);
        End("d");
        Assert.Equal(["e", "d", "c", "b"], _begun);
        End("b");
        Assert.DoesNotContain("a", _begun);
        End("c");
        Assert.Contains("a", _begun);
        End("a");
        End("e");
        Assert.Equal(["e", "d", "c", "b", "a"], (await running).Select(outcome => outcome.Resource.Name));
    }

    [Fact]
    public async Task Deleting_continues_below_what_could_not_be_deleted()
    {
        var running = Begin(DeploymentPlan.Deleting(All));
        End("d", succeeded: false);
        End("b", succeeded: false);
        End("c");
        End("a");
        End("e");
        Assert.Equal(["True", "False", "True", "False", "True"], (await running).Select(outcome => outcome.Word));
    }

    [Fact]
    public async Task Reading_begins_all_in_parallel()
    {
        var running = Begin(DeploymentPlan.InParallel(All));
        Assert.Equal(["a", "b", "c", "d", "e"], _begun);
        All.ToList().ForEach(resource => End(resource.Name, succeeded: false));
        Assert.All(await running, outcome => Assert.Equal("False", outcome.Word));
    }

    [Fact]
    public async Task Order_that_is_none_still_ends()
    {
        ResourceOutline[] circle = [Made("x", "y"), Made("y", "x")];
        var running = Begin(DeploymentPlan.Creating(circle));
        Assert.Equal(["x"], _begun);
        End("x");
        End("y");
        Assert.Equal(2, (await running).Count);
    }

    [Fact]
    public async Task Bug_in_a_step_is_not_swallowed()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DeploymentPlan.Creating(All).RunAsync(_ => throw new InvalidOperationException("a bug")));
    }

    private static ResourceOutline Made(string name, params string[] dependsOn) =>
        new(name, $"d/{name}", ["create"], [.. dependsOn.Select(other => $"d/{other}")], CostOfKeeping: null);

    private Task<IReadOnlyList<ResourceOutcome>> Begin(DeploymentPlan plan) => OnThisThread(() => plan.RunAsync(async resource =>
    {
        _begun.Add(resource.Name);
        var held = _held[resource.Name] = new TaskCompletionSource<bool>();
        return ResourceOutcome.Of(
            resource, BridgeResponse.Completed(await held.Task ? BackendResult.Success() : BackendResult.Failure("No.")));
    }));

    /// <summary>Ends a step; what waited for it has begun when this returns.</summary>
    private void End(string name, bool succeeded = true) => OnThisThread(() =>
    {
        _held[name].SetResult(succeeded);
        return true;
    });

    /// <summary>Without the test's own context nothing is queued: what can continue has continued when this returns.</summary>
    private static T OnThisThread<T>(Func<T> work)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
