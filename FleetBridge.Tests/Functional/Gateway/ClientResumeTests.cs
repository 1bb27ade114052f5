using System.Threading.Channels;
using FleetBridge.Gateway.Client;
using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>The client over lost connections: real sockets, a wire that is cut, gateways that are started again.</summary>
public sealed class ClientResumeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Channel<GatewayEvent> _seen = Channel.CreateUnbounded<GatewayEvent>();
    private readonly CancellationTokenSource _ending = new(TimeSpan.FromMinutes(2), TimeProvider.System);
    private readonly List<string> _said = [];
    private OwnGateway _gateway = null!;
    private BrokenWire _wire = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await OwnGateway.StartAsync(_folder.Path);
        _wire = new BrokenWire(_gateway.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _wire.DisposeAsync();
        await _gateway.DisposeAsync();
        _ending.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_cut_in_the_middle_of_a_topic_loses_and_doubles_nothing(bool reset)
    {
        await using var client = await ConnectAsync(_gateway.NewToken());
        _ = FollowAsync(client);
        await NextAsync(GatewayEventKind.Began);
        for (var round = 0; round < 5; round++)
        {
            var before = _wire.Count;
            _gateway.Publish((round * 100) + 1, 50);
            if (reset)
            {
                _wire.Reset();
            }
            else
            {
                _wire.Cut();
            }

            _gateway.Publish((round * 100) + 51, 50);
            await Eventually.TrueAsync(() => _wire.Count > before, "the client connects again");
        }

        var (numbers, kinds) = await ReadToAsync(500);
        Assert.Equal(Enumerable.Range(1, 500), numbers);
        Assert.Contains(GatewayEventKind.Resumed, kinds);
        Assert.DoesNotContain(GatewayEventKind.Lost, kinds);
    }

    [Fact]
    public async Task Restart_of_the_gateway_is_told_and_its_events_come_from_the_first()
    {
        var token = _gateway.NewToken();
        await using var client = await ConnectAsync(token);
        _ = FollowAsync(client);
        await NextAsync(GatewayEventKind.Began);
        _gateway.Publish(1, 10);
        Assert.Equal(Enumerable.Range(1, 10), (await ReadToAsync(10)).Numbers);

        await _gateway.StopAsync();
        await using var next = await OwnGateway.StartAsync(_folder.Path);
        next.Publish(101, 20);
        _wire.TurnTo(next.Port);
        var lost = await NextAsync(GatewayEventKind.Lost);
        Assert.Equal(next.Topic.Epoch, lost.Position.Epoch);
        Assert.Equal(Enumerable.Range(101, 20), (await ReadToAsync(120)).Numbers);
        Assert.Contains(_said, text => text.Contains("4001", StringComparison.Ordinal));
        Assert.Equal("vera", (await client.Session).UserId);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, (await client.CallAsync("gateway", "state")).ValueKind);
    }

    [Fact]
    public async Task Gap_that_the_topic_no_longer_has_is_told_as_lost_and_not_a_part_of_it_comes()
    {
        await using var client = await ConnectAsync(_gateway.NewToken());
        _ = FollowAsync(client);
        await NextAsync(GatewayEventKind.Began);
        _gateway.Publish(1, 1);
        await ReadToAsync(1);

        _wire.IsDown = true;
        _wire.Cut();
        _gateway.Publish(2, 1_500);
        _wire.IsDown = false;
        var lost = await NextAsync(GatewayEventKind.Lost);
        Assert.Equal(1_501, lost.Position.Offset);
        _gateway.Publish(2_000, 3);
        Assert.Equal([2_000, 2_001, 2_002], (await ReadToAsync(2_002)).Numbers);
    }

    [Fact]
    public async Task Call_on_a_cut_connection_ends_as_disconnected_and_the_next_one_succeeds()
    {
        await using var client = await ConnectAsync(_gateway.NewToken());
        _wire.LosesDown = true;
        var call = client.CallAsync("log", "range", cancellation: _ending.Token);
        await Task.Yield();
        _wire.Cut();
        _wire.LosesDown = false;
        var exception = await Assert.ThrowsAsync<GatewayException>(() => call);
        Assert.Equal(("disconnected", true), (exception.Code, exception.IsRetryable));
        Assert.Equal(System.Text.Json.JsonValueKind.Object, (await client.CallAsync("log", "range", cancellation: _ending.Token)).ValueKind);
    }

    [Fact]
    public async Task Refresh_renews_the_token_of_the_connection_and_another_users_is_refused()
    {
        await using var client = await ConnectAsync(_gateway.NewToken());
        await client.RefreshAsync(_gateway.NewToken(Role.Admin), _ending.Token);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, (await client.CallAsync("gateway", "tokens", cancellation: _ending.Token)).ValueKind);
        var refused = await Assert.ThrowsAsync<GatewayException>(() => client.RefreshAsync(_gateway.NewToken(name: "bob"), _ending.Token));
        Assert.Equal("bad_token", refused.Code);
        Assert.Equal(1, _wire.Count);
    }

    [Fact]
    public async Task Each_connection_asks_for_the_token_again()
    {
        var tokens = new Queue<string>([_gateway.NewToken(), _gateway.NewToken(Role.Admin)]);
        await using var client = await GatewayClient.ConnectAsync(Options(_ => ValueTask.FromResult(tokens.Dequeue())), _ending.Token);
        _ = FollowAsync(client);
        await NextAsync(GatewayEventKind.Began);
        _wire.Cut();
        await NextAsync(GatewayEventKind.Resumed);
        Assert.Equal(System.Text.Json.JsonValueKind.Object, (await client.CallAsync("gateway", "tokens", cancellation: _ending.Token)).ValueKind);
        Assert.Empty(tokens);
    }

    [Fact]
    public async Task Revoked_token_ends_everything_with_why()
    {
        var token = _gateway.NewToken();
        await using var client = await ConnectAsync(token);
        var following = FollowAsync(client);
        await NextAsync(GatewayEventKind.Began);
        _gateway.Tokens.Revoke(token.Split('_')[1]);
        var ended = await Assert.ThrowsAsync<GatewayException>(() => following);
        Assert.Contains("4503", ended.Message, StringComparison.Ordinal);
        Assert.Equal("closed", (await Assert.ThrowsAsync<GatewayException>(() => client.CallAsync("log", "range"))).Code);
    }

    [Fact]
    public async Task Token_that_cannot_be_had_is_an_error_and_no_endless_wait()
    {
        var failed = await Assert.ThrowsAsync<GatewayException>(() => GatewayClient.ConnectAsync(
            Options(_ => throw new NotSupportedException("the vault is closed")), _ending.Token));
        Assert.Contains("the vault is closed", failed.Message, StringComparison.Ordinal);
    }

    private GatewayClientOptions Options(Func<CancellationToken, ValueTask<string>> token) => new()
    {
        Address = new Uri($"http://127.0.0.1:{_wire.Port}"),
        Token = token,
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(50),
        ConnectLimit = TimeSpan.FromMinutes(1),
        Log = text =>
        {
            lock (_said)
            {
                _said.Add(text);
            }
        },
    };

    private Task<GatewayClient> ConnectAsync(string token) => GatewayClient.ConnectAsync(Options(_ => ValueTask.FromResult(token)), _ending.Token);

    private async Task FollowAsync(GatewayClient client)
    {
        await foreach (var happened in client.SubscribeAsync(OwnGateway.TopicName, cancellation: _ending.Token))
        {
            _seen.Writer.TryWrite(happened);
        }
    }

    /// <summary>The next happening of a kind; there are no events before it.</summary>
    private async Task<GatewayEvent> NextAsync(GatewayEventKind kind)
    {
        while (true)
        {
            var happened = await _seen.Reader.ReadAsync(_ending.Token);
            if (happened.Kind == kind)
            {
                return happened;
            }

            Assert.NotEqual(GatewayEventKind.Event, happened.Kind);
        }
    }

    private async Task<(List<int> Numbers, List<GatewayEventKind> Kinds)> ReadToAsync(int last)
    {
        var (numbers, kinds) = (new List<int>(), new List<GatewayEventKind>());
        while (numbers.Count == 0 || numbers[^1] != last)
        {
            var happened = await _seen.Reader.ReadAsync(_ending.Token);
            kinds.Add(happened.Kind);
            if (happened.Kind == GatewayEventKind.Event)
            {
                numbers.Add(happened.Value.GetInt32());
            }
        }

        return (numbers, kinds);
    }
}
