using System.Text;
using FleetBridge.Commands;
using FleetBridge.Core.Processes;

namespace FleetBridge.Tests.Unit.Commands;

public sealed class EventLinesTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "a\nb\n")]
    [InlineData("data: \n\n", "\n")]
    [InlineData("data: 10 %\ndata: 20 %\n\n", "10 %\r20 %\n")]
    [InlineData("data: ü\n\ndata: half", "ü\n")]
    public async Task Events_are_lines_again(string events, string lines)
    {
        using var output = new MemoryStream();

        await new EventLines(output).CopyAsync(new MemoryStream(Encoding.UTF8.GetBytes(events)), TestContext.Current.CancellationToken);

        Assert.Equal(lines, Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task The_end_that_the_host_tells_is_an_error()
    {
        using var output = new MemoryStream();
        var events = new MemoryStream(Encoding.UTF8.GetBytes("data: a\n\nevent: error\ndata: It is gone.\n\n"));

        var error = await Assert.ThrowsAsync<UserException>(
            () => new EventLines(output).CopyAsync(events, TestContext.Current.CancellationToken));

        Assert.Equal("It is gone.", error.Message);
        Assert.Equal("a\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
