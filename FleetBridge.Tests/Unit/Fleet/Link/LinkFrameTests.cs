using System.Buffers;
using System.Threading.Channels;
using FleetBridge.Fleet.Link;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkFrameTests
{
    public static TheoryData<string, string> BadHeads => new()
    {
        { "nothing", "" },
        { "too short", "00 0000000000000000 01" },
        { "an unknown kind", "02 0000000000000000 0100000000000000" },
        { "an acknowledgement below 0", "00 FFFFFFFFFFFFFFFF 0100000000000000" },
        { "a first number below 1", "00 0000000000000000 0000000000000000" },
    };

    public static TheoryData<string, string> BadMessages => new()
    {
        { "no whole head", "01000000 0000" },
        { "a length below 0", "01000000 FFFFFFFF" },
        { "a length beyond the frame", "01000000 02000000 00" },
        { "the largest length", "01000000 FFFFFF7F" },
        { "a type below 0", "FFFFFFFF 00000000" },
        { "a gap without a count", "00000000 00000000" },
        { "a gap of nothing", "00000000 08000000 0000000000000000" },
        { "a gap below 0", "00000000 08000000 FFFFFFFFFFFFFFFF" },
    };

    [Theory]
    [MemberData(nameof(BadHeads))]
    public void Head_that_breaks_the_protocol_is_refused(string what, string hex)
    {
        ReadOnlyMemory<byte> frame = Hex(hex);
        Assert.NotEmpty(what);
        Assert.Throws<LinkProtocolException>(() => LinkFrame.ReadHead(ref frame));
    }

    [Theory]
    [MemberData(nameof(BadMessages))]
    public void Message_that_breaks_the_protocol_is_refused(string what, string hex)
    {
        ReadOnlyMemory<byte> frame = Hex(hex);
        Assert.NotEmpty(what);
        Assert.Throws<LinkProtocolException>(() => LinkFrame.ReadMessage(ref frame));
    }

    [Fact]
    public void Frame_is_as_documented()
    {
        var writer = new ArrayBufferWriter<byte>();
        LinkFrame.WriteHead(writer, isPing: true, acknowledged: 5, first: 258);
        LinkFrame.WriteMessage(writer, 103, "hi"u8);
        LinkFrame.WriteGap(writer, 3);
        Assert.Equal(
            Hex("01 0500000000000000 0201000000000000 67000000 02000000 6869 00000000 08000000 0300000000000000"), writer.WrittenSpan.ToArray());
        var frame = writer.WrittenMemory;
        Assert.Equal((true, 5L, 258L), LinkFrame.ReadHead(ref frame));
        var (type, payload, count) = LinkFrame.ReadMessage(ref frame);
        Assert.Equal((103, 1L), (type, count));
        Assert.Equal("hi"u8.ToArray(), payload.ToArray());
        Assert.Equal((0, 3L), LinkFrame.ReadMessage(ref frame) is var gap ? (gap.Type, gap.Count) : default);
        Assert.True(frame.IsEmpty);
    }

    [Theory]
    [InlineData(1, "1a 2b", "1a 2b", 0)]
    [InlineData(1, "1a 2b|1a 2b 3c", "1a 2b 3c", 2)]
    [InlineData(1, "1a|2b|2b 3c|1a 2b 3c 4d", "1a 2b 3c 4d", 4)]
    [InlineData(1, "1a 2gap2 4b", "1a gap2 4b", 0)]
    [InlineData(1, "1a 2b|2gap2 4c", "1a 2b gap1 4c", 0)]
    [InlineData(1, "1a 2b 3c|2gap2 4d", "1a 2b 3c 4d", 0)]
    public void Inbox_takes_each_number_once_and_in_order(int first, string frames, string expected, int duplicates)
    {
        var channel = Channel.CreateUnbounded<LinkDelivery>();
        var inbox = new LinkInbox(channel.Writer);
        var twice = 0L;
        Assert.Equal(1, first);
        foreach (var frame in frames.Split('|'))
        {
            twice += inbox.Receive(frame[0] - '0', Records(frame)).Duplicates;
        }

        var taken = new List<string>();
        while (channel.Reader.TryRead(out var delivery))
        {
            taken.Add(delivery.Type == LinkFrame.Gap
                ? $"gap{delivery.Missing}"
                : $"{delivery.Number}{System.Text.Encoding.UTF8.GetString(delivery.Payload.Span)}");
        }

        Assert.Equal((expected, (long)duplicates), (string.Join(' ', taken), twice));
    }

    [Fact]
    public void Inbox_refuses_a_hole_and_takes_nothing_behind_it()
    {
        var inbox = new LinkInbox(Channel.CreateUnbounded<LinkDelivery>().Writer);
        inbox.Receive(1, Records("1a"));
        Assert.Throws<LinkProtocolException>(() => inbox.Receive(3, Records("3c")));
        Assert.Equal(1, inbox.Received);
    }

    [Fact]
    public void Inbox_refuses_a_gap_beyond_the_last_number_there_is()
    {
        var inbox = new LinkInbox(Channel.CreateUnbounded<LinkDelivery>().Writer);
        inbox.Receive(1, Records("1a"));
        var writer = new ArrayBufferWriter<byte>();
        LinkFrame.WriteGap(writer, long.MaxValue);
        Assert.Throws<LinkProtocolException>(() => inbox.Receive(2, writer.WrittenMemory));
    }

    private static ReadOnlyMemory<byte> Records(string frame)
    {
        var writer = new ArrayBufferWriter<byte>();
        foreach (var record in frame.Split(' '))
        {
            if (record[1..].StartsWith("gap", StringComparison.Ordinal))
            {
                LinkFrame.WriteGap(writer, record[^1] - '0');
            }
            else
            {
                LinkFrame.WriteMessage(writer, 1, LinkRig.Bytes(record[1..]).Span);
            }
        }

        return writer.WrittenMemory;
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
