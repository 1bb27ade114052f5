using FleetBridge.Backends.Aws.Services.Runtime;

namespace FleetBridge.Tests.Unit.Backends.Aws.Services;

/// <summary>What is compiled ahead of the first call; a call that fails is passed over there, so that it is run here.</summary>
public sealed class FirstCallTests
{
    [Fact]
    public async Task Call_in_memory_goes_its_whole_way() => await FirstCall.RunAsync();
}
