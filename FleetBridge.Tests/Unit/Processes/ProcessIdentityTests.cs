using System.Diagnostics;
using FleetBridge.Core.Processes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Processes;

public sealed class ProcessIdentityTests
{
    /// <summary>On Linux it is read from the system's files, and not from the framework as that of others.</summary>
    [Fact]
    public void This_process_is_known_as_others_know_it()
    {
        using var process = Process.GetCurrentProcess();
        var seen = Assert.NotNull(ProcessIdentity.Of(process));
        Assert.Equal(seen.Id, ProcessIdentity.Own.Id);
        Assert.InRange(ProcessIdentity.Own.Started - seen.Started, -2, 2);
        Assert.True(ProcessIdentity.Own.IsRunning());
    }

    [Fact]
    public async Task Process_that_has_ended_has_none()
    {
        Requires.Linux();
        using var process = Process.Start(new ProcessStartInfo("true"))!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Null(ProcessIdentity.Of(process));
    }

    [Fact]
    public void Process_that_was_started_at_another_time_is_not_this_one() =>
        Assert.False((ProcessIdentity.Own with { Started = ProcessIdentity.Own.Started - 60 }).IsRunning());
}
