using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkServerTests : IAsyncDisposable
{
    private readonly WatchedTimeProvider _clock = new();
    private readonly ListedHandler _handler = new();
    private readonly LinkServer _server;

    public LinkServerTests() => _server = new LinkServer(
        new LinkServerOptions(), _handler, _clock, NullLoggerFactory.Instance, NullLoggerFactory.Instance);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Older_of_two_clients_with_the_same_id_is_told_to_stay_away()
    {
        await using var rig = await new LinkRig(_clock).ConnectAsync();
        var (peer, welcome) = rig.Server.Begin("w1", new LinkPosition(null, 0))!.Value;
        Assert.False(welcome.Session.IsResumed);
        var second = new MemoryWire();
        _ = rig.Server.ServeAsync(peer, second.Server, welcome.Session);
        var exception = await Assert.ThrowsAsync<LinkException>(() => rig.Running);
        Assert.True(exception.IsGone);
        second.Cut();
    }

    [Fact]
    public void Older_client_that_was_away_meanwhile_is_refused_when_it_comes_back()
    {
        var first = _server.Begin("w1", new LinkPosition(null, 0))!.Value.Welcome;
        var second = _server.Begin("w1", new LinkPosition(null, 0))!.Value.Welcome;
        Assert.NotEqual(first.Session.Epoch, second.Session.Epoch);
        Assert.Null(_server.Begin("w1", new LinkPosition(first.Session.Epoch, 0)));
        Assert.True(_server.Begin("w1", new LinkPosition(second.Session.Epoch, 0))!.Value.Welcome.Session.IsResumed);
    }

    [Fact]
    public void Client_of_a_former_server_begins_a_new_session()
    {
        var (_, welcome) = _server.Begin("w1", new LinkPosition("of a former server", 17))!.Value;
        Assert.Equal((false, 0L), (welcome.Session.IsResumed, welcome.Received));
    }

    [Fact]
    public void Client_that_has_handled_what_was_never_sent_begins_a_new_session()
    {
        var first = _server.Begin("w1", new LinkPosition(null, 0))!.Value.Welcome.Session;
        var (_, welcome) = _server.Begin("w1", new LinkPosition(first.Epoch, 17))!.Value;
        Assert.False(welcome.Session.IsResumed);
        Assert.NotEqual(first.Epoch, welcome.Session.Epoch);
    }

    [Fact]
    public void Peers_are_apart()
    {
        var first = _server.Begin("w1", new LinkPosition(null, 0))!.Value.Welcome.Session;
        var (_, welcome) = _server.Begin("w2", new LinkPosition(first.Epoch, 0))!.Value;
        Assert.False(welcome.Session.IsResumed);
        Assert.True(_server.Begin("w1", new LinkPosition(first.Epoch, 0))!.Value.Welcome.Session.IsResumed);
    }

    [Fact]
    public async Task Session_of_a_peer_that_stays_away_is_forgotten_after_a_quarter_of_an_hour()
    {
        var session = _server.Begin("w1", new LinkPosition(null, 0))!.Value.Welcome.Session;
        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.NotNull(_server.Find("w1"));
        _clock.Advance(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => _server.Find("w1") is null, "it is forgotten");
        Assert.False(_server.Begin("w1", new LinkPosition(session.Epoch, 0))!.Value.Welcome.Session.IsResumed);
    }

    [Fact]
    public async Task Removed_peer_is_told_so_and_its_session_is_over()
    {
        await using var rig = await new LinkRig(_clock).ConnectAsync();
        var epoch = rig.Client.Status.Epoch;
        Assert.Equal(1, rig.Server.Connected);
        rig.Server.Close("w1", LinkCloseCode.Gone, "the worker was removed");
        await Assert.ThrowsAsync<LinkException>(() => rig.Running);
        Assert.Null(rig.Server.Begin("w1", new LinkPosition(epoch, 0)));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("", "7", true)]
    [InlineData("abc", "7", true)]
    [InlineData("abc", null, false)]
    [InlineData("abc", "-1", false)]
    [InlineData("abc", "7.5", false)]
    [InlineData("abc", "99999999999999999999", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", "7", false)]
    public void Position_is_read_from_headers(string? epoch, string? received, bool isOne) =>
        Assert.Equal(isOne, LinkHeaders.Read(epoch, received) is not null);
}
