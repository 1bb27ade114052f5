using FleetBridge.Fleet.Link;

namespace FleetBridge.Tests.Unit.Fleet.Link;

public sealed class LinkBackoffTests
{
    [Theory]
    [InlineData(0.0, new[] { 0.0, 0, 0 })]
    [InlineData(0.5, new[] { 0.1, 0.2, 0.4, 0.8, 1.6, 2.5, 2.5 })]
    [InlineData(1.0, new[] { 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5 })]
    public void Waits_are_random_up_to_a_limit_that_doubles_to_5_seconds(double random, double[] seconds)
    {
        var backoff = new LinkBackoff(new LinkTimes(), () => random);
        Assert.Equal(seconds, seconds.Select(_ => backoff.Next(isServerGone: false, null).TotalSeconds));
        backoff.Reset();
        Assert.Equal(seconds[0], backoff.Next(isServerGone: false, null).TotalSeconds);
    }

    [Fact]
    public void Where_the_server_is_gone_the_first_wait_may_be_the_longest()
    {
        var backoff = new LinkBackoff(new LinkTimes(), () => 0.5);
        Assert.Equal(TimeSpan.FromSeconds(2.5), backoff.Next(isServerGone: true, null));
    }

    [Fact]
    public void Retry_after_comes_before_the_wait()
    {
        var backoff = new LinkBackoff(new LinkTimes(), () => 0.5);
        Assert.Equal(TimeSpan.FromSeconds(7.1), backoff.Next(isServerGone: false, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public void Many_failures_do_not_overflow()
    {
        var backoff = new LinkBackoff(new LinkTimes(), () => 1);
        Assert.All(Enumerable.Range(0, 5000).Select(_ => backoff.Next(isServerGone: false, null)), wait => Assert.InRange(wait.TotalSeconds, 0.2, 5));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(LinkCloseCode.Normal, false)]
    [InlineData(LinkCloseCode.Protocol, false)]
    [InlineData(LinkCloseCode.ServiceRestart, false)]
    [InlineData(LinkCloseCode.Continued, false)]
    [InlineData(LinkCloseCode.Policy, true)]
    [InlineData(LinkCloseCode.Unauthorized, true)]
    [InlineData(LinkCloseCode.Forbidden, true)]
    [InlineData(LinkCloseCode.Gone, true)]
    public void Close_codes_are_of_two_classes(int? code, bool isFinal) => Assert.Equal(isFinal, LinkCloseCode.IsFinal(code));
}
