using FleetBridge.Gateway.Page;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Gateway.Page;

public sealed class LoginThrottleTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Five_wrong_tokens_cost_nothing_and_the_next_ones_wait_longer_and_longer()
    {
        using var throttle = new LoginThrottle(_clock);
        for (var wrong = 0; wrong < 5; wrong++)
        {
            Assert.True(await throttle.WaitAsync(CancellationToken.None));
            throttle.Count(isRight: false);
        }

        foreach (var seconds in new[] { 1, 2, 4, 8, 8 })
        {
            var wait = throttle.WaitAsync(CancellationToken.None);
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.False(wait.IsCompleted);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(await wait);
            throttle.Count(isRight: false);
        }
    }

    [Fact]
    public async Task Right_token_makes_the_next_ones_free()
    {
        using var throttle = Slow();
        throttle.Count(isRight: true);
        Assert.True(await throttle.WaitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Ten_minutes_make_the_next_ones_free()
    {
        using var throttle = Slow();
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.True(await throttle.WaitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task More_than_eight_do_not_wait()
    {
        using var throttle = Slow();
        using var ending = new CancellationTokenSource();
        var waits = Enumerable.Range(0, 8).Select(_ => throttle.WaitAsync(ending.Token)).ToList();
        Assert.False(await throttle.WaitAsync(ending.Token));
        await ending.CancelAsync();
        foreach (var wait in waits)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        }
    }

    private LoginThrottle Slow()
    {
        var throttle = new LoginThrottle(_clock);
        for (var wrong = 0; wrong < 5; wrong++)
        {
            throttle.Count(isRight: false);
        }

        return throttle;
    }
}
