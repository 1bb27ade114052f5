using System.Buffers;
using System.Globalization;
using System.Text;
using FleetBridge.Fleet.Link;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkOutboxTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly object _wire = new();

    [Fact]
    public async Task Messages_are_numbered_from_1_and_kept_until_they_are_acknowledged()
    {
        var outbox = Open();
        await AddAsync(outbox, "a", "b", "c");
        Assert.Equal("1 a b c", Send(outbox));
        Assert.Equal("", Send(outbox));
        outbox.Acknowledge(_wire, 2);
        Assert.Equal(1, outbox.Describe(new LinkStatus()).Unacknowledged);
        await AddAsync(outbox, "d");
        Assert.Equal("4 d", Send(outbox));
    }

    [Fact]
    public async Task Another_connection_gets_what_is_not_acknowledged_before_anything_new()
    {
        var outbox = Open();
        await AddAsync(outbox, "a", "b", "c");
        Send(outbox);
        outbox.Acknowledge(_wire, 1);
        await AddAsync(outbox, "d");
        var second = new object();
        outbox.SendOver(second);
        Assert.Equal("", Send(outbox));
        Assert.Equal("2 b c d", Send(outbox, second));

        // the first connection has nothing to say any more
        outbox.Acknowledge(_wire, 3);
        Assert.Equal(3, outbox.Describe(new LinkStatus()).Unacknowledged);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task Session_continues_only_where_both_sides_agree(long received, bool continues)
    {
        var outbox = Open();
        await AddAsync(outbox, "a", "b");
        Send(outbox);
        outbox.Acknowledge(_wire, 1);
        Assert.Equal(continues, outbox.TryContinue(received));
    }

    [Fact]
    public async Task Acknowledging_what_was_not_sent_breaks_the_protocol()
    {
        var outbox = Open();
        await AddAsync(outbox, "a");
        Assert.Throws<LinkProtocolException>(() => outbox.Acknowledge(_wire, 1));
    }

    [Theory]
    [InlineData(2, 1000)]
    [InlineData(1000, 2)]
    public async Task Control_waits_for_room_and_then_goes_in_its_order(int count, long bytes)
    {
        var outbox = Open(new LinkBounds { ControlCount = count, ControlBytes = bytes });
        await AddAsync(outbox, "a", "b");
        var third = outbox.AddAsync(1, LinkRig.Bytes("c"), LinkClass.Control, CancellationToken.None);
        var fourth = outbox.AddAsync(1, LinkRig.Bytes("d"), LinkClass.Control, CancellationToken.None);
        Assert.False(third.IsCompleted);
        Send(outbox);
        outbox.Acknowledge(_wire, 1);
        await third;
        Assert.False(fourth.IsCompleted);
        outbox.Acknowledge(_wire, 2);
        await fourth;
        Assert.Equal("3 c d", Send(outbox));
    }

    [Fact]
    public async Task Wait_for_room_can_be_cancelled_and_leaves_no_message()
    {
        var outbox = Open(new LinkBounds { ControlCount = 1 });
        await AddAsync(outbox, "a");
        using var cancellation = new CancellationTokenSource();
        var second = outbox.AddAsync(1, LinkRig.Bytes("b"), LinkClass.Control, cancellation.Token);
        var third = outbox.AddAsync(1, LinkRig.Bytes("c"), LinkClass.Control, CancellationToken.None);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        Send(outbox);
        outbox.Acknowledge(_wire, 1);
        await third;
        Assert.Equal("2 c", Send(outbox));
    }

    [Fact]
    public async Task Closing_fails_those_who_wait_and_those_who_come()
    {
        var outbox = Open(new LinkBounds { ControlCount = 1 });
        await AddAsync(outbox, "a");
        var second = outbox.AddAsync(1, LinkRig.Bytes("b"), LinkClass.Control, CancellationToken.None);
        outbox.Close();
        await Assert.ThrowsAsync<LinkException>(async () => await second);
        await Assert.ThrowsAsync<LinkException>(async () => await outbox.AddAsync(1, default, LinkClass.Control, CancellationToken.None));
    }

    [Fact]
    public async Task Message_above_the_bound_goes_when_nothing_else_waits()
    {
        var outbox = Open(new LinkBounds { ControlBytes = 4 });
        await AddAsync(outbox, "longer than four");
        Assert.Equal("1 longer than four", Send(outbox));
    }

    [Fact]
    public async Task Full_control_does_not_hold_up_telemetry_nor_does_telemetry_hold_up_control()
    {
        var outbox = Open(new LinkBounds { ControlCount = 1, TelemetryCount = 1 });
        await AddAsync(outbox, "a");
        await AddTelemetryAsync(outbox, "x", "y");
        Assert.Equal("1 a gap1 y", Send(outbox));
    }

    [Fact]
    public async Task Oldest_telemetry_makes_room_and_the_gap_is_told_where_it_was()
    {
        var outbox = Open(new LinkBounds { TelemetryCount = 2 });
        await AddTelemetryAsync(outbox, "t1", "t2");
        await AddAsync(outbox, "a");
        await AddTelemetryAsync(outbox, "t3", "t4", "t5");
        Assert.Equal("1 gap2 a gap1 t4 t5", Send(outbox));
        var status = outbox.Describe(new LinkStatus());
        Assert.Equal((3, 3L), (status.Unacknowledged, status.Dropped));
        outbox.Acknowledge(_wire, 6);
        Assert.Equal(0, outbox.Describe(new LinkStatus()).Unacknowledged);
    }

    [Fact]
    public async Task Telemetry_is_bounded_by_bytes_too()
    {
        var outbox = Open(new LinkBounds { TelemetryBytes = 5 });
        await AddTelemetryAsync(outbox, "xx", "yy", "zz");
        Assert.Equal("1 gap1 yy zz", Send(outbox));
    }

    [Fact]
    public async Task Gap_after_what_was_sent_is_told_apart_from_what_was_not()
    {
        var outbox = Open(new LinkBounds { TelemetryCount = 2 });
        await AddTelemetryAsync(outbox, "t1", "t2");
        Assert.Equal("1 t1 t2", Send(outbox));
        await AddTelemetryAsync(outbox, "t3", "t4", "t5");
        Assert.Equal("3 gap1 t4 t5", Send(outbox));

        // the other side had the first before it was dropped here
        Assert.True(outbox.TryContinue(1));
        outbox.SendOver(_wire);
        Assert.Equal("2 gap1 gap1 t4 t5", Send(outbox));
    }

    [Fact]
    public async Task Hours_of_telemetry_without_a_connection_take_no_more_memory_than_its_bound()
    {
        var outbox = Open(new LinkBounds { TelemetryCount = 3 });
        await AddAsync(outbox, "a");
        for (var i = 0; i < 10_000; i++)
        {
            await AddTelemetryAsync(outbox, "t");
        }

        Assert.Equal("1 a gap9997 t t t", Send(outbox));
    }

    [Fact]
    public async Task New_session_has_new_numbers_for_the_control_messages_that_survive()
    {
        var outbox = Open();
        await AddAsync(outbox, "a");
        await AddTelemetryAsync(outbox, "t");
        await outbox.AddAsync(7, LinkRig.Bytes("b"), LinkClass.Control, CancellationToken.None);
        await outbox.AddAsync(8, LinkRig.Bytes("c"), LinkClass.Control, CancellationToken.None);
        Send(outbox);
        outbox.Restart(type => type != 7);
        outbox.SendOver(_wire);
        await AddAsync(outbox, "d");
        Assert.Equal("1 a c d", Send(outbox));
        outbox.Acknowledge(_wire, 3);
        Assert.Equal(0, outbox.Describe(new LinkStatus()).Unacknowledged);
    }

    [Fact]
    public async Task Status_says_how_long_the_oldest_message_waits()
    {
        var outbox = Open();
        await AddAsync(outbox, "a");
        _clock.Advance(TimeSpan.FromSeconds(3));
        await AddAsync(outbox, "b");
        Assert.Equal(TimeSpan.FromSeconds(3), outbox.Describe(new LinkStatus()).OldestAge);
        Send(outbox);
        outbox.Acknowledge(_wire, 1);
        Assert.Equal(TimeSpan.Zero, outbox.Describe(new LinkStatus()).OldestAge);
    }

    [Fact]
    public async Task Frame_ends_when_it_is_full_and_the_rest_goes_with_the_next()
    {
        var outbox = Open();
        var large = new string('x', LinkFrame.Full);
        await AddAsync(outbox, large, "b");
        Assert.Equal($"1 {large}", Send(outbox));
        Assert.Equal("2 b", Send(outbox));
    }

    [Fact]
    public async Task Type_0_and_messages_above_the_limit_are_refused()
    {
        var outbox = Open();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await outbox.AddAsync(0, default, LinkClass.Control, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await outbox.AddAsync(
            1, new byte[LinkBounds.LargestMessage + 1], LinkClass.Control, CancellationToken.None));
    }

    private LinkOutbox Open(LinkBounds? bounds = null)
    {
        var outbox = new LinkOutbox(bounds ?? new LinkBounds(), _clock);
        outbox.SendOver(_wire);
        return outbox;
    }

    private static async Task AddAsync(LinkOutbox outbox, params string[] texts)
    {
        foreach (var text in texts)
        {
            var added = outbox.AddAsync(1, LinkRig.Bytes(text), LinkClass.Control, CancellationToken.None);
            Assert.True(added.IsCompleted);
            await added;
        }
    }

    private static async Task AddTelemetryAsync(LinkOutbox outbox, params string[] texts)
    {
        foreach (var text in texts)
        {
            await outbox.AddAsync(2, LinkRig.Bytes(text), LinkClass.Telemetry, CancellationToken.None);
        }
    }

    /// <summary>The next frame as text: the first number, and the messages.</summary>
    private string Send(LinkOutbox outbox, object? connection = null)
    {
        var writer = new ArrayBufferWriter<byte>();
        if (!outbox.TryWriteFrame(connection ?? _wire, writer, isPing: false, acknowledged: 0, isNeeded: false))
        {
            return "";
        }

        var frame = writer.WrittenMemory;
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{LinkFrame.ReadHead(ref frame).First}");
        while (!frame.IsEmpty)
        {
            var (type, payload, count) = LinkFrame.ReadMessage(ref frame);
            text.Append(type == LinkFrame.Gap ? $" gap{count}" : $" {Encoding.UTF8.GetString(payload.Span)}");
        }

        return text.ToString();
    }
}
