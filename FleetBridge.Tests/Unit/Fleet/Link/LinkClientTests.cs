using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkClientTests
{
    private readonly WatchedTimeProvider _clock = new();

    [Fact]
    public async Task Messages_go_both_ways_in_order()
    {
        await using var rig = await Open().ConnectAsync();
        for (var i = 1; i <= 100; i++)
        {
            await rig.Client.SendAsync(i, LinkRig.Bytes("up"));
            Assert.True(await rig.Server.SendAsync("w1", i, LinkRig.Bytes("down")));
        }

        await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count + rig.ClientHandler.Messages.Count >= 200, "all have come");
        Assert.Equal(["new", .. Enumerable.Range(1, 100).Select(i => $"{i}:up")], rig.ServerHandler.Calls);
        Assert.Equal(["new", .. Enumerable.Range(1, 100).Select(i => $"{i}:down")], rig.ClientHandler.Calls);
    }

    [Fact]
    public async Task Messages_before_the_first_connection_are_kept()
    {
        await using var rig = Open();
        await rig.Client.SendAsync(1, LinkRig.Bytes("early"));
        await rig.ConnectAsync();
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages is ["1:early"], "it has come");
    }

    [Fact]
    public async Task Server_knows_no_peer_before_its_first_connection()
    {
        await using var rig = Open();
        Assert.False(await rig.Server.SendAsync("w1", 1, LinkRig.Bytes("x")));
    }

    [Fact]
    public async Task Cut_connection_is_made_again_after_a_wait_and_the_session_continues()
    {
        await using var rig = await Open().ConnectAsync();
        rig.Wire.Cut();
        await rig.DisconnectedAsync();
        await rig.Client.SendAsync(1, LinkRig.Bytes("up"));
        await rig.Server.SendAsync("w1", 2, LinkRig.Bytes("down"));
        Assert.Equal(1, rig.Attempts);
        await WaitAndAdvanceAsync(0.1);
        await rig.ConnectedAsync();
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages is ["1:up"] && rig.ClientHandler.Messages is ["2:down"], "both have come");
        Assert.Equal(["new", "lost", "resumed", "1:up"], rig.ServerHandler.Calls);
        Assert.Equal(["new", "lost", "resumed", "2:down"], rig.ClientHandler.Calls);
    }

    [Fact]
    public async Task New_server_means_a_new_session_and_control_messages_go_again()
    {
        await using var rig = await Open(LinkRig.Options with { Survives = type => type == 7 }).ConnectAsync();
        rig.ClientHandler.Begins = (peer, session) => peer.SendAsync(100, LinkRig.Bytes(session.IsResumed ? "again" : "whole state"));
        rig.Wire.Cut();
        await rig.DisconnectedAsync();
        await rig.Client.SendAsync(6, LinkRig.Bytes("stale"));
        await rig.Client.SendAsync(7, LinkRig.Bytes("outcome"));
        await rig.Client.SendAsync(1, LinkRig.Bytes("health"), LinkClass.Telemetry);
        rig.StartServer();
        await WaitAndAdvanceAsync(0.1);
        await rig.ConnectedAsync();
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count == 2, "both have come");
        Assert.Equal(["7:outcome", "100:whole state"], rig.ServerHandler.Messages);
        Assert.Equal(["new", "lost", "new"], rig.ClientHandler.Calls);
        Assert.Equal(1, rig.Client.Status.Dropped);
    }

    [Fact]
    public async Task First_connection_is_tried_for_a_minute()
    {
        await using var rig = Open();
        rig.Failure = new LinkConnectException("no route");
        rig.Start();
        double[] waits = [0.1, 0.2, 0.4, 0.8, 1.6, .. Enumerable.Repeat(2.5, 22), 60 - 3.1 - (22 * 2.5)];
        foreach (var wait in waits)
        {
            await WaitAndAdvanceAsync(Math.Round(wait, 3));
        }

        var exception = await Assert.ThrowsAsync<LinkException>(() => rig.Running);
        Assert.Null(exception.Code);
        Assert.Contains("could not be reached within 60 s: no route", exception.Message, StringComparison.Ordinal);
        Assert.Equal(28, rig.Attempts);
    }

    [Fact]
    public async Task Later_connections_are_tried_for_ever()
    {
        await using var rig = await Open().ConnectAsync();
        rig.Failure = new LinkConnectException("no route");
        rig.Wire.Cut();
        await rig.DisconnectedAsync();
        double[] waits = [0.1, 0.2, 0.4, 0.8, 1.6, .. Enumerable.Repeat(2.5, 40)];
        foreach (var wait in waits)
        {
            await WaitAndAdvanceAsync(wait);
        }

        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(2.5));
        Assert.Equal(waits.Length, rig.Client.Status.Attempts);
        rig.Failure = null;
        await WaitAndAdvanceAsync(2.5);
        await rig.ConnectedAsync();
    }

    [Fact]
    public async Task Stop_during_a_wait_ends_at_once()
    {
        await using var rig = Open();
        rig.Failure = new LinkConnectException("no route");
        rig.Start();
        await Eventually.TrueAsync(() => rig.Client.Status.NextTryAt is not null, "it waits");
        await rig.StopAsync();
        await rig.Running;
    }

    [Fact]
    public async Task Stop_closes_the_connection_with_a_frame()
    {
        await using var rig = await Open().ConnectAsync();
        await rig.StopAsync();
        await rig.Running;
        await Eventually.TrueAsync(() => rig.ServerHandler.Calls is ["new", "closed 1000"], "the server has read it");
    }

    [Fact]
    public async Task There_is_one_loop()
    {
        await using var rig = await Open().ConnectAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.Client.RunAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Refusal_at_the_upgrade_is_obeyed(int status)
    {
        await using var rig = Open();
        rig.Failure = new LinkConnectException($"it responds with status {status}", status);
        rig.Start();
        var exception = await Assert.ThrowsAsync<LinkException>(() => rig.Running);
        Assert.Equal((status, status == 410, 1), (exception.Code, exception.IsGone, rig.Attempts));
    }

    [Theory]
    [InlineData(LinkCloseCode.Policy)]
    [InlineData(LinkCloseCode.Unauthorized)]
    [InlineData(LinkCloseCode.Gone)]
    public async Task Close_codes_that_say_stay_away_are_obeyed(int code)
    {
        await using var rig = await Open().ConnectAsync();
        rig.Server.Close("w1", code, "because");
        var exception = await Assert.ThrowsAsync<LinkException>(() => rig.Running);
        Assert.Equal((code, code == LinkCloseCode.Gone), (exception.Code, exception.IsGone));
        Assert.Contains("because", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_after_is_obeyed()
    {
        await using var rig = Open();
        rig.Failure = new LinkConnectException("busy", 503, TimeSpan.FromSeconds(20));
        rig.Start();
        await WaitAndAdvanceAsync(20.1);
        await Eventually.TrueAsync(() => rig.Attempts == 2, "it tries again");
    }

    [Fact]
    public async Task Server_that_stops_gets_its_clients_back_over_the_longest_wait()
    {
        await using var rig = await Open().ConnectAsync();
        rig.Server.CloseAll();
        await rig.DisconnectedAsync();
        await WaitAndAdvanceAsync(2.5);
        await Eventually.TrueAsync(() => rig.Attempts == 2, "it tries again");
    }

    [Fact]
    public async Task Waits_begin_from_the_start_after_30_seconds_of_health()
    {
        await using var rig = await Open().ConnectAsync();
        rig.Wire.Cut();
        await WaitAndAdvanceAsync(0.1);
        await Eventually.TrueAsync(() => rig.Attempts == 2 && rig.Client.Status.IsConnected, "it is back");
        rig.Wire.Cut();
        await WaitAndAdvanceAsync(0.2);
        await Eventually.TrueAsync(() => rig.Attempts == 3 && rig.Client.Status.IsConnected, "it is back again");
        for (var i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await rig.Client.SendAsync(1, LinkRig.Bytes("x"));
            await rig.Server.SendAsync("w1", 1, LinkRig.Bytes("x"));
            await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count == i + 1 && rig.ClientHandler.Messages.Count == i + 1, "they talk");
        }

        rig.Wire.Cut();
        await WaitAndAdvanceAsync(0.1);
        await Eventually.TrueAsync(() => rig.Attempts == 4, "it is tried after the shortest wait");
    }

    [Fact]
    public async Task Silence_of_30_seconds_ends_a_connection_that_lost_what_was_written()
    {
        await using var rig = await Open().ConnectAsync();
        rig.Wire.IsStalled = true;
        await rig.Client.SendAsync(1, LinkRig.Bytes("lost on the way"));
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(15));
        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.True(rig.Client.Status.IsConnected);
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(15));
        _clock.Advance(TimeSpan.FromSeconds(15));
        await rig.DisconnectedAsync();
        Assert.Equal("lost: nothing came for 30 s", rig.Client.Status.LastEnd);
        await AdvanceUntilAsync(() => rig.ServerHandler.Messages is ["1:lost on the way"], TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task Pings_keep_a_quiet_connection()
    {
        await using var rig = await Open().ConnectAsync();
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(15));
            await Eventually.TrueAsync(
                () => rig.Client.Status.Silence + rig.Server.Find("w1")!.Status.Silence == TimeSpan.Zero, "both have heard of the other");
        }

        Assert.True(rig.Client.Status.IsConnected);
        Assert.Equal(1, rig.Attempts);
    }

    [Fact]
    public async Task Acknowledgement_without_a_message_to_go_with_comes_after_250_milliseconds()
    {
        await using var rig = await Open().ConnectAsync();
        await rig.Client.SendAsync(1, LinkRig.Bytes("x"));
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count == 1, "it has come");
        await _clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(250));
        Assert.Equal(1, rig.Client.Status.Unacknowledged);
        _clock.Advance(TimeSpan.FromMilliseconds(250));
        await Eventually.TrueAsync(() => rig.Client.Status.Unacknowledged == 0, "it is acknowledged");
    }

    [Fact]
    public async Task Acknowledgement_goes_with_a_message()
    {
        await using var rig = await Open().ConnectAsync();
        await rig.Client.SendAsync(1, LinkRig.Bytes("x"));
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count == 1, "it has come");
        await _clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(250));
        await rig.Server.SendAsync("w1", 2, LinkRig.Bytes("y"));
        await Eventually.TrueAsync(() => rig.Client.Status.Unacknowledged == 0, "it is acknowledged");
    }

    [Fact]
    public async Task Message_is_acknowledged_when_it_was_handled_not_before()
    {
        var handled = new TaskCompletionSource();
        await using var rig = await Open().ConnectAsync();
        rig.ServerHandler.Handles = (_, _) => new ValueTask(handled.Task);
        await rig.Client.SendAsync(1, LinkRig.Bytes("x"));
        rig.Wire.Cut();
        await rig.DisconnectedAsync();
        await WaitAndAdvanceAsync(0.1);
        await rig.ConnectedAsync();
        await Eventually.TrueAsync(() => rig.Server.Find("w1")!.Status.Duplicates + rig.Server.Find("w1")!.Status.Received >= 1, "it has come");
        handled.SetResult();
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages.Count == 1, "it is handled once");
        await AdvanceUntilAsync(() => rig.Client.Status.Unacknowledged == 0, TimeSpan.FromSeconds(2));
        Assert.Equal(["1:x"], rig.ServerHandler.Messages);
    }

    [Fact]
    public async Task Handler_that_throws_does_not_end_the_link()
    {
        await using var rig = await Open().ConnectAsync();
        rig.ServerHandler.Handles = (type, _) => type == 1 ? throw new InvalidOperationException("a bug") : ValueTask.CompletedTask;
        await rig.Client.SendAsync(1, LinkRig.Bytes("x"));
        await rig.Client.SendAsync(2, LinkRig.Bytes("y"));
        await Eventually.TrueAsync(() => rig.ServerHandler.Messages is ["2:y"], "the next one is handled");
    }

    [Fact]
    public async Task Receiver_whose_handler_is_slow_is_not_sent_more_than_it_takes()
    {
        var handled = new TaskCompletionSource();
        await using var rig = await Open(server: new LinkServerOptions { Bounds = new LinkBounds { ReceivedBytes = 1000 } }).ConnectAsync();
        rig.ServerHandler.Handles = (_, _) => new ValueTask(handled.Task);
        for (var i = 0; i < 2000; i++)
        {
            await rig.Client.SendAsync(1, new byte[1000]);
        }

        handled.SetResult();
        await AdvanceUntilAsync(() => rig.ServerHandler.Messages.Count == 2000 && rig.Client.Status.Unacknowledged == 0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Status_tells_what_the_link_does()
    {
        await using var rig = Open();
        Assert.Equal((false, 0, null), (rig.Client.Status.IsConnected, rig.Client.Status.Attempts, rig.Client.Status.Epoch));
        rig.Failure = new LinkConnectException("no route");
        rig.Start();
        await Eventually.TrueAsync(() => rig.Client.Status.NextTryAt is not null, "it waits");
        Assert.Equal((1, "no route"), (rig.Client.Status.Attempts, rig.Client.Status.LastEnd));
        rig.Failure = null;
        await WaitAndAdvanceAsync(0.1);
        await rig.ConnectedAsync();
        var status = rig.Client.Status;
        Assert.Equal((0, null, _clock.GetUtcNow()), (status.Attempts, status.NextTryAt, status.ConnectedSince));
        Assert.Equal(32, status.Epoch!.Length);
    }

    private LinkRig Open(LinkOptions? options = null, LinkServerOptions? server = null) => new(_clock, options, server);

    private async Task WaitAndAdvanceAsync(double seconds)
    {
        await _clock.WaitForTimerAsync(TimeSpan.FromSeconds(seconds));
        _clock.Advance(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>Advances in small steps, since it is not known which timers come.</summary>
    private async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan most)
    {
        var left = most;
        await Eventually.TrueAsync(
            () =>
            {
                if (!condition() && left > TimeSpan.Zero)
                {
                    left -= TimeSpan.FromMilliseconds(100);
                    _clock.Advance(TimeSpan.FromMilliseconds(100));
                }

                return condition();
            },
            "it comes about");
    }
}
