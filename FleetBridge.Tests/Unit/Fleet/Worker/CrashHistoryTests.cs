using FleetBridge.Fleet.Worker;

namespace FleetBridge.Tests.Unit.Fleet.Worker;

public sealed class CrashHistoryTests
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Fifth_crash_within_five_minutes_has_no_next_start()
    {
        var history = CrashHistory.None;
        var pauses = new List<double?>();
        for (var crash = 0; crash < 5; crash++)
        {
            (history, var pause) = history.Count(Begin.AddSeconds(crash * 10), TimeSpan.FromSeconds(1), random: 0.5);
            pauses.Add(pause?.TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, null], pauses);
    }

    [Fact]
    public void Slow_crashes_never_fail_and_their_pauses_grow_to_a_minute()
    {
        var history = CrashHistory.None;
        var pauses = new List<double?>();
        for (var crash = 0; crash < 9; crash++)
        {
            (history, var pause) = history.Count(Begin.AddSeconds(crash * 100), TimeSpan.FromSeconds(80), random: 0.5);
            pauses.Add(pause?.TotalSeconds);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses);
    }

    [Fact]
    public void Without_a_limit_no_crash_is_one_too_many()
    {
        var history = CrashHistory.None;
        TimeSpan? pause = null;
        for (var crash = 0; crash < 20; crash++)
        {
            (history, pause) = history.Count(Begin.AddSeconds(crash), TimeSpan.FromSeconds(1), random: 0.5, limit: 0);
        }

        Assert.Equal(TimeSpan.FromSeconds(60), pause);
    }

    [Fact]
    public void Server_that_ran_five_minutes_has_recovered()
    {
        var (history, _) = CrashHistory.None.Count(Begin, TimeSpan.FromSeconds(1), 0.5);
        (history, _) = history.Count(Begin.AddSeconds(10), TimeSpan.FromSeconds(1), 0.5);
        var (_, pause) = history.Count(Begin.AddMinutes(20), TimeSpan.FromMinutes(5), 0.5);
        Assert.Equal(TimeSpan.FromSeconds(1), pause);
    }

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(0.5, 1)]
    [InlineData(0.999999, 1.2)]
    public void Pause_varies_by_a_fifth(double random, double seconds)
    {
        var (_, pause) = CrashHistory.None.Count(Begin, TimeSpan.Zero, random);
        Assert.Equal(seconds, pause!.Value.TotalSeconds, precision: 4);
    }
}
