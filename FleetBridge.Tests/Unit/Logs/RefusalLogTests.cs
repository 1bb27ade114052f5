using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class RefusalLogTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly ListedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void First_of_a_kind_is_logged_at_once_and_the_others_once_a_minute_with_their_count()
    {
        using var refusals = new RefusalLog(_log, _clock);
        for (var i = 0; i < 18_550; i++)
        {
            Refuse(refusals, i);
        }

        Assert.Equal(["Warning The Origin 'http://0.example' may not."], _log.Lines);
        _clock.Advance(RefusalLog.Window);
        Assert.Equal(
            "Warning 18549 more were refused for this reason within 60 s. The last one: The Origin 'http://18549.example' may not.",
            Assert.Single(_log.Lines.Skip(1)));

        // and in each further minute one
        Refuse(refusals, 1);
        Refuse(refusals, 2);
        Assert.Equal(2, _log.Lines.Count);
        _clock.Advance(RefusalLog.Window);
        Assert.Equal(3, _log.Lines.Count);
        Assert.StartsWith("Warning 2 more", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_quiet_minute_the_next_one_is_a_first_one()
    {
        using var refusals = new RefusalLog(_log, _clock);
        Refuse(refusals, 1);
        _clock.Advance(RefusalLog.Window);
        Assert.Single(_log.Lines);
        Refuse(refusals, 2);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void Kinds_are_counted_apart()
    {
        using var refusals = new RefusalLog(_log, _clock);
        foreach (var reason in (string[])["The Host 'a' is", "The Host 'b' is", "The Origin 'a' is", "Invalid request line: 'x'", "Invalid request line: 'y'"])
        {
            refusals.Refused(reason, reason);
        }

        Assert.Equal(["Warning The Host 'a' is", "Warning The Origin 'a' is", "Warning Invalid request line: 'x'"], _log.Lines);
    }

    [Fact]
    public void Any_number_of_kinds_is_bounded()
    {
        using var refusals = new RefusalLog(_log, _clock);
        for (var i = 0; i < 10_000; i++)
        {
            refusals.Refused($"Reason {i}", "x");
        }

        Assert.InRange(_log.Lines.Count, 100, 110);
    }

    [Fact]
    public void What_was_counted_last_is_logged_at_the_end()
    {
        var refusals = new RefusalLog(_log, _clock);
        Refuse(refusals, 1);
        Refuse(refusals, 2);
        Refuse(refusals, 3);
        refusals.Dispose();
        Assert.StartsWith("Warning 2 more", _log.Lines.Last(), StringComparison.Ordinal);
        _clock.Advance(RefusalLog.Window);
        Assert.Equal(2, _log.Lines.Count);
    }

    private static void Refuse(RefusalLog refusals, int number)
    {
        var reason = $"The Origin 'http://{number}.example' may not.";
        refusals.Refused(reason, reason);
    }
}
