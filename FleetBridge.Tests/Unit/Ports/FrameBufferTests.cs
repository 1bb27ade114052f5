using System.Buffers;
using System.Text;
using FleetBridge.Core.Ports;

namespace FleetBridge.Tests.Unit.Ports;

public sealed class FrameBufferTests
{
    [Theory]
    [InlineData(0, new byte[] { 0x81, 0 })]
    [InlineData(125, new byte[] { 0x81, 125 })]
    [InlineData(126, new byte[] { 0x81, 126, 0, 126 })]
    [InlineData(65_535, new byte[] { 0x81, 126, 0xFF, 0xFF })]
    [InlineData(65_536, new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 })]
    [InlineData(1_048_576, new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 16, 0, 0 })]
    public void Header_has_the_shortest_form_and_the_payload_follows(int length, byte[] header)
    {
        var frames = new FrameBuffer();
        var payload = Encoding.ASCII.GetBytes(new string('x', length));
        Add(frames, payload);
        Assert.Equal([.. header, .. payload], frames.Frames.ToArray());
    }

    [Fact]
    public void Frames_are_one_behind_the_other_and_gone_when_cleared()
    {
        var frames = new FrameBuffer();
        var expected = new List<byte>();
        for (var round = 0; round < 2; round++)
        {
            frames.Clear();
            expected.Clear();
            foreach (var length in (int[])[3, 70_000, 200, 0, 600_000, 125])
            {
                var payload = Enumerable.Range(0, length).Select(i => (byte)(i + length)).ToArray();
                Add(frames, payload);
                byte[] header = length switch
                {
                    < 126 => [0x81, (byte)length],
                    <= 0xFFFF => [0x81, 126, (byte)(length >> 8), (byte)length],
                    _ => [0x81, 127, 0, 0, 0, 0, 0, (byte)(length >> 16), (byte)(length >> 8), (byte)length],
                };
                expected.AddRange(header);
                expected.AddRange(payload);
            }

            Assert.Equal(expected, frames.Frames.ToArray());
        }
    }

    private static void Add(FrameBuffer frames, byte[] payload)
    {
        frames.Begin();
        frames.Write(payload);
        frames.End();
    }
}
