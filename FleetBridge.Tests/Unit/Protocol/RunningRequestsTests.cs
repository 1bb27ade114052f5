using FleetBridge.Protocol;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.Protocol;

public sealed class RunningRequestsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly RunningRequests _running = new();

    [Fact]
    public async Task Wait_without_a_request_ends_at_once() =>
        Assert.True(await _running.WaitForNoneAsync(Limit, new WatchedTimeProvider(), CancellationToken.None));

    [Fact]
    public async Task Wait_ends_with_the_last_request()
    {
        _running.Begin();
        _running.Begin();
        var waiting = _running.WaitForNoneAsync(Limit, new WatchedTimeProvider(), CancellationToken.None);
        _running.End();
        Assert.False(waiting.IsCompleted);
        _running.End();
        Assert.True(await waiting.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task Wait_ends_at_its_limit_by_the_clock()
    {
        var clock = new WatchedTimeProvider();
        _running.Begin();
        var waiting = _running.WaitForNoneAsync(Limit, clock, CancellationToken.None);
        await clock.WaitForTimerAsync(Limit);
        clock.Advance(Limit);
        Assert.False(await waiting.WaitAsync(Eventually.Limit));
        Assert.Equal(1, _running.Count);
    }

    [Fact]
    public async Task Wait_ends_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _running.Begin();
        var waiting = _running.WaitForNoneAsync(Limit, new WatchedTimeProvider(), cancellation.Token);
        await cancellation.CancelAsync();
        Assert.False(await waiting.WaitAsync(Eventually.Limit));
    }

    [Fact]
    public async Task First_end_is_the_end_of_any_request()
    {
        _running.Begin();
        _running.Begin();
        Assert.False(_running.FirstEnded.IsCompleted);
        _running.End();
        await _running.FirstEnded.WaitAsync(Eventually.Limit);
        Assert.Equal(1, _running.Count);
    }
}
