using System.Text;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class OutboxTests
{
    private readonly FakeConnection _connection = new();

    [Fact]
    public async Task Messages_arrive_in_the_order_in_which_they_were_sent()
    {
        var outbox = new Outbox(_connection);
        for (var number = 0; number < 1_000; number++)
        {
            Assert.True(outbox.Send(Numbered(number)));
        }

        var messages = await _connection.WaitAsync(1_000);
        Assert.Equal(Enumerable.Range(0, 1_000), messages.Select(message => (int)message["n"]!));
    }

    [Fact]
    public async Task A_slow_consumer_is_closed_with_a_code_that_says_come_back()
    {
        var outbox = new Outbox(_connection);
        _connection.Hold();
        outbox.Send(Numbered(0));
        var large = Frames.Text(Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 100_000)}\"}}"));
        var sent = 0;
        while (outbox.Send(large))
        {
            Assert.True(++sent < 12, "It takes more than 1 MiB.");
        }

        Assert.Equal(10, sent);
        Assert.Equal(CloseCode.Slow, outbox.CloseCode);
        Assert.False(outbox.Send(Numbered(1)));
        _connection.Release();
        await outbox.Ended;
        var messages = _connection.Messages;
        Assert.Equal(CloseCode.Slow, (int)messages[^1]["close"]!);

        // what was being written when it was held, and nothing of what waited
        Assert.True(messages.Count <= 3, $"{messages.Count} messages were sent.");
    }

    [Fact]
    public async Task A_single_message_above_the_limit_is_sent()
    {
        var outbox = new Outbox(_connection);
        Assert.True(outbox.Send(Frames.Text(Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 2 * Outbox.MostUnsent)}\"}}"))));
        await _connection.WaitAsync(1);
        Assert.False(outbox.IsClosing);
    }

    [Fact]
    public async Task A_close_comes_after_what_waits_and_nothing_after_it()
    {
        var outbox = new Outbox(_connection);
        _connection.Hold();
        outbox.Send(Numbered(0));
        outbox.Send(Numbered(1));
        outbox.Close(CloseCode.Shutdown, "gone");
        outbox.Close(CloseCode.Slow, "too late");
        Assert.False(outbox.Send(Numbered(2)));
        _connection.Release();
        var messages = await _connection.WaitAsync(3);
        await outbox.Ended;
        Assert.Equal(["0", "1", "4001"], messages.Select(message => (message["n"] ?? message["close"])!.ToString()));
        Assert.Equal(0, outbox.UnsentBytes);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    [InlineData("a reason of more than 123 bytes ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public void A_close_frame_has_at_most_125_bytes_and_whole_characters(string reason)
    {
        var frame = Frames.Close(CloseCode.Slow, reason);
        Assert.InRange(frame[1], 2, 125);
        Assert.Equal(frame.Length, frame[1] + 2);
        Assert.StartsWith(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(frame.AsSpan(4)), reason, StringComparison.Ordinal);
    }

    private static byte[] Numbered(int number) => Frames.Text(Encoding.ASCII.GetBytes($"{{\"n\":{number}}}"));
}
