using FleetBridge.Protocol;

namespace FleetBridge.Tests.Unit.Protocol;

public sealed class DescriptorLimitTests
{
    [Theory]
    [InlineData(150, 1.0, 113)]
    [InlineData(1_024, 1.0, 768)]
    [InlineData(1_024, 0.5, 896)]
    [InlineData(1_048_576, 1.0, 1_048_320)]
    [InlineData(long.MaxValue, 1.0, long.MaxValue)]
    public void Some_descriptors_are_kept_back(long limit, double share, long first) => Assert.Equal(first, DescriptorLimit.FirstKept(limit, share));

    [Fact]
    public void Limit_of_this_process_is_read() => Assert.InRange(DescriptorLimit.FirstKept(1.0), 32, long.MaxValue);
}
