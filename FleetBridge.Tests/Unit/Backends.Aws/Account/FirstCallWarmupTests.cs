using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Tests.Unit.Backends.Aws.Account;

/// <summary>What is compiled ahead of the first call. A failure is ignored there, so the code is run here.</summary>
public sealed class FirstCallWarmupTests
{
    [Fact]
    public async Task Call_in_memory_runs_to_its_end() => await FirstCallWarmup.RunAsync();
}
