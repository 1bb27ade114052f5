using System.Net;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Hosting;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

public sealed class ConsumerWatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FakeConnection _connection = new();
    private readonly LocalTokens _tokens;
    private readonly ConsumerWatch _watch;

    public ConsumerWatchTests()
    {
        _tokens = new LocalTokens(_folder.Path, _clock);
        _watch = new ConsumerWatch(new TokenVerifier(new LocalTokens(_folder.Path, _clock), null, null, _clock), _clock);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_silent_consumer_is_pinged_and_closed_without_a_pong()
    {
        var consumer = Add(new Identity("ann", "ann", Role.Viewer));
        Pass(24);
        Assert.Empty(_connection.Messages);
        Pass(1);
        Assert.True((bool)(await _connection.WaitAsync(1))[0]["ping"]!);
        Pass(7);
        Assert.False(consumer.Outbox.IsClosing);
        Pass(1);
        Assert.Equal(CloseCode.NoPong, (int)(await _connection.WaitAsync(2))[1]["close"]!);
        Assert.False(_connection.IsAborted);
        Pass(11);
        Assert.True(_connection.IsAborted);
    }

    [Fact]
    public async Task A_pong_is_enough()
    {
        var consumer = Add(new Identity("ann", "ann", Role.Viewer));
        for (var round = 1; round <= 3; round++)
        {
            Pass(25);
            await _connection.WaitAsync(round);
            _connection.SilentFor = TimeSpan.Zero;
            Pass(1);
        }

        Assert.False(consumer.Outbox.IsClosing);
    }

    [Fact]
    public async Task Who_does_not_say_who_it_is_is_closed_after_ten_seconds()
    {
        Add(null);
        Pass(9);
        Assert.Empty(_connection.Messages);
        Pass(1);
        Assert.Equal(CloseCode.BadToken, (int)(await _connection.WaitAsync(1))[0]["close"]!);
    }

    [Fact]
    public async Task A_token_that_ends_closes_after_its_grace_and_a_renewed_one_does_not()
    {
        var consumer = Add(new Identity("ann", "ann", Role.Viewer) { Expires = _clock.GetUtcNow().AddSeconds(5) });
        Pass(20);
        consumer.Identity = consumer.Identity! with { Expires = _clock.GetUtcNow().AddSeconds(60) };
        _connection.SilentFor = TimeSpan.Zero;
        Pass(84, isSilent: false);
        Assert.False(consumer.Outbox.IsClosing);
        Pass(1, isSilent: false);
        Assert.Equal(CloseCode.Expired, (int)(await _connection.WaitAsync(1))[^1]["close"]!);
    }

    [Fact]
    public async Task A_revoked_token_closes_within_seconds()
    {
        var made = _tokens.Make("ann", Role.Viewer, null, out _);
        Add(new Identity("ann", "ann", Role.Viewer) { TokenId = made.Id });
        Pass(2);
        _tokens.Revoke(made.Id);
        Pass(1);
        Assert.Equal(CloseCode.Revoked, (int)(await _connection.WaitAsync(1))[0]["close"]!);
    }

    [Fact]
    public async Task A_message_that_does_not_end_closes()
    {
        var consumer = Add(new Identity("ann", "ann", Role.Viewer));
        consumer.MessageBegan = _clock.GetTimestamp();
        Pass(30, isSilent: false);
        Assert.Equal(CloseCode.NoPong, (int)(await _connection.WaitAsync(1))[0]["close"]!);
    }

    private Consumer Add(Identity? identity)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var consumer = new Consumer("s", identity, IPAddress.Loopback, _connection, new ConsumerLimits(), _clock.GetTimestamp());
        _watch.Add(consumer);
        return consumer;
    }

    private void Pass(int seconds, bool isSilent = true)
    {
        for (var second = 0; second < seconds; second++)
        {
            _connection.SilentFor += TimeSpan.FromSeconds(isSilent ? 1 : 0);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
