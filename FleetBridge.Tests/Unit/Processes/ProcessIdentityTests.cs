using System.Diagnostics;
using FleetBridge.Core.Processes;

namespace FleetBridge.Tests.Unit.Processes;

public sealed class ProcessIdentityTests
{
    /// <summary>On Linux it is read from the system's files, and not from the framework as that of others.</summary>
    [Fact]
    public void This_process_is_known_as_others_know_it()
    {
        using var process = Process.GetCurrentProcess();
        var seen = ProcessIdentity.Of(process);
        Assert.Equal(seen.Id, ProcessIdentity.Own.Id);
        Assert.InRange(ProcessIdentity.Own.Started - seen.Started, -2, 2);
        Assert.True(ProcessIdentity.Own.IsRunning());
    }

    [Fact]
    public void Process_that_was_started_at_another_time_is_not_this_one() =>
        Assert.False((ProcessIdentity.Own with { Started = ProcessIdentity.Own.Started - 60 }).IsRunning());
}
