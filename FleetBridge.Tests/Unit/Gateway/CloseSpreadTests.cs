using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Wire;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway;

/// <summary>How a gateway that stops closes its consumers, by a clock that is held.</summary>
public sealed class CloseSpreadTests
{
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _clock = new();
    private readonly List<FakeConnection> _connections = [];

    [Fact]
    public async Task Closes_are_spread_evenly_and_say_come_back()
    {
        const int Steps = 10;
        var registry = With(1_000);
        var closing = registry.CloseAllAsync(Spread);
        await Eventually.TrueAsync(() => Closed == 100, "the first tenth is closed");
        for (var step = 1; step < Steps; step++)
        {
            Assert.False(closing.IsCompleted);
            _clock.Advance(Spread / Steps / 2);
            Assert.Equal(step * 100, Closed);

            // the next wait may begin a moment after the closes, so that it is not known how much of it is over
            await Eventually.TrueAsync(
                () =>
                {
                    _clock.Advance(Spread / Steps / 20);
                    return Closed > step * 100;
                },
                $"the tenth {step + 1} is closed");
            await Eventually.TrueAsync(() => Closed == (step + 1) * 100, $"all of the tenth {step + 1} are closed, and no more");
        }

        await closing;
        Assert.All(_connections, connection => Assert.Equal(CloseCode.Shutdown, (int)connection.Messages[^1]["close"]!));
        Assert.All(_connections, connection => Assert.Contains("Come back", (string)connection.Messages[^1]["reason"]!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Order_of_the_closes_is_not_that_of_arrival()
    {
        var registry = With(1_000);
        var closing = registry.CloseAllAsync(Spread);
        await Eventually.TrueAsync(() => Closed == 100, "the first are closed");
        Assert.NotEqual(Enumerable.Range(0, 100), _connections.Index().Where(one => IsClosed(one.Item)).Select(one => one.Index));
        for (var step = 0; step < 10; step++)
        {
            _clock.Advance(Spread);
        }

        await Eventually.TrueAsync(() => closing.IsCompleted, "all are closed");
    }

    [Fact]
    public async Task Few_consumers_are_closed_at_once_and_nobody_comes_after_them()
    {
        var registry = With(3);
        await registry.CloseAllAsync(Spread);
        await Eventually.TrueAsync(() => Closed == 3, "all are closed");
        Assert.NotNull(registry.FindObjection(System.Net.IPAddress.Loopback));
    }

    private int Closed => _connections.Count(IsClosed);

    private static bool IsClosed(FakeConnection connection) => connection.Messages is [.., var last] && last.ContainsKey("close");

    private ConsumerRegistry With(int count)
    {
        var registry = new ConsumerRegistry(new ConsumerLimits { PerUser = count + 1 }, _clock);
        for (var number = 0; number < count; number++)
        {
            var connection = new FakeConnection();
            _connections.Add(connection);
            Assert.Null(registry.Register(FakeConnection.Consumer(connection, clock: _clock)));
        }

        return registry;
    }
}
