using FleetBridge.Backends.Aws.Uploading;

namespace FleetBridge.Tests.Unit.Backends.Aws.Uploading;

public sealed class PartStreamTests
{
    private const long Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(0, 8)]
    [InlineData(1024, 8)]
    [InlineData(70_000, 8)]
    [InlineData(200_000, 21)]
    [InlineData(5_000_000, 501)]
    public void Parts_are_as_large_as_ten_thousand_of_them_have_to_be(long totalInMebibytes, int partInMebibytes)
    {
        var size = PartStream.PartSize(totalInMebibytes * Mebibyte);
        Assert.Equal(partInMebibytes * Mebibyte, size);
        Assert.True(size * 10_000L >= totalInMebibytes * Mebibyte);
    }
}
