using System.Diagnostics;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Unit.Processes;

/// <summary>Who uses the bridge, and when it ends with them.</summary>
public sealed class SponsorsTests
{
    [Fact]
    public async Task Bridge_of_an_editor_ends_with_the_last_one()
    {
        Requires.Unix();
        using var starter = Sleep();
        using var second = Sleep();
        using var sponsors = Create(new EditorProcess(starter.Id, mayBeYounger: true), hasInput: true);
        sponsors.WatchStarter();
        Assert.Equal(SponsorAdding.Present, sponsors.Add(second.Id));
        Assert.Equal([starter.Id, second.Id], sponsors.Present.Select(sponsor => sponsor.Process.Id));
        starter.Kill();
        await Eventually.TrueAsync(() => sponsors.Present.Count == 1, "the starter is gone");
        Assert.False(sponsors.IsOver);
        second.Kill();
        await sponsors.AllGone.WaitAsync(Eventually.Limit);
        Assert.True(sponsors.IsOver);
        Assert.Equal(SponsorAdding.Stopping, sponsors.Add(Environment.ProcessId));
    }

    [Fact]
    public void Bridge_of_a_person_does_not_end_with_the_last_one()
    {
        using var sponsors = Create(starter: null, hasInput: false);
        Assert.Equal(SponsorAdding.Present, sponsors.Add(Environment.ProcessId));
        Assert.Equal(SponsorAdding.Present, sponsors.Add(Environment.ProcessId));
        Assert.Single(sponsors.Ids);
        Assert.True(sponsors.Remove(Environment.ProcessId));
        Assert.False(sponsors.Remove(Environment.ProcessId));
        Assert.False(sponsors.IsOver);
    }

    [Fact]
    public void Input_that_ends_takes_its_holder_only()
    {
        using var sponsors = Create(starter: null, hasInput: true);
        sponsors.Add(Environment.ProcessId);
        sponsors.StarterLeft();
        Assert.False(sponsors.IsOver);
        sponsors.Remove(Environment.ProcessId);
        Assert.True(sponsors.IsOver);
    }

    /// <summary>The end of the input may be noticed after the starter has come back.</summary>
    [Fact]
    public void Starter_that_has_come_back_stays_when_its_old_input_ends()
    {
        using var sponsors = Create(new EditorProcess(Environment.ProcessId), hasInput: true);
        sponsors.Add(Environment.ProcessId);
        using var other = Sleep();
        Assert.Equal(SponsorAdding.Present, sponsors.Add(other.Id));
        Assert.True(sponsors.Remove(Environment.ProcessId));
        Assert.Equal(SponsorAdding.Present, sponsors.Add(Environment.ProcessId));
        sponsors.StarterLeft();
        Assert.Contains(Environment.ProcessId, sponsors.Ids);
        other.Kill();
    }

    [Fact]
    public async Task Process_that_is_gone_is_refused()
    {
        Requires.Unix();
        using var gone = Sleep();
        gone.Kill();
        await gone.WaitForExitAsync();
        using var sponsors = Create(starter: null, hasInput: false);
        Assert.Equal(SponsorAdding.NoProcess, sponsors.Add(gone.Id));
        Assert.Empty(sponsors.Present);
    }

    private static Sponsors Create(EditorProcess? starter, bool hasInput) =>
        new(starter, hasInput, NullLogger<Sponsors>.Instance, TimeProvider.System);

    private static Process Sleep() => Process.Start("sleep", "600");
}
