using System.Buffers;
using System.Text;
using FleetBridge.Fleet.Workers.Routes;

namespace FleetBridge.Tests.Unit.Fleet.Workers;

public sealed class LineEventsTests
{
    [Theory]
    [InlineData("a\nb\n", "data: a\n\ndata: b\n\n")]
    [InlineData("a\r\nb\r\n", "data: a\n\ndata: b\n\n")]
    [InlineData("10 %\r20 %\n", "data: 10 %\ndata: 20 %\n\n")]
    [InlineData("\n\n", "data: \n\ndata: \n\n")]
    [InlineData("half", "data: half")]
    [InlineData("ü\n", "data: ü\n\n")]
    public void A_line_is_an_event_however_its_bytes_come(string log, string events)
    {
        var bytes = Encoding.UTF8.GetBytes(log);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var output = new ArrayBufferWriter<byte>();
            var lines = new LineEvents(output);
            lines.Write(bytes.AsSpan(0, cut));
            lines.Write(bytes.AsSpan(cut));

            // a carriage return at the very end waits for what comes after it
            Assert.StartsWith(Encoding.UTF8.GetString(output.WrittenSpan), events, StringComparison.Ordinal);
            Assert.Equal(events.Length, Encoding.UTF8.GetCharCount(output.WrittenSpan));
        }
    }

    [Fact]
    public void An_end_within_a_line_is_an_event_of_its_own()
    {
        var output = new ArrayBufferWriter<byte>();
        var lines = new LineEvents(output);
        lines.Write("half"u8);

        lines.End("It is over.\nReally.");

        Assert.Equal("data: half\n\nevent: error\ndata: It is over. Really.\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
