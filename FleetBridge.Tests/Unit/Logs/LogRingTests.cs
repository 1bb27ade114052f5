using System.Diagnostics;
using System.Globalization;
using FleetBridge.Core.Logs;
using Serilog.Events;

namespace FleetBridge.Tests.Unit.Logs;

/// <summary>Many readers of one log, none of which costs another anything.</summary>
public sealed class LogRingTests
{
    private static readonly LogBound Wide = new(long.MaxValue, long.MaxValue);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly LogRing _ring = new(history: new LogBound(10, long.MaxValue), TimeProvider.System);

    [Fact]
    public void Each_reader_reads_all_records_in_order()
    {
        var readers = Enumerable.Range(0, 3).Select(_ => Open(Wide)).ToArray();
        Add(1, 500);
        Assert.All(readers, reader => Assert.Equal(Numbers(1, 500), Take(reader)));
        Add(501, 1);
        Assert.All(readers, reader => Assert.Equal(Numbers(501, 1), Take(reader)));
        Assert.All(readers, reader => Assert.False(reader.TryTake(new LogBatch(), 1)));
    }

    [Theory]
    [InlineData(0, 21, 0)]
    [InlineData(3, 18, 3)]
    [InlineData(1_000, 11, 10)]
    public void Reader_begins_with_the_newest_records_that_it_asks_for(int newest, int first, int count)
    {
        Add(1, 20);
        var reader = Open(Wide, newest);
        Add(21, 1);
        Assert.Equal(Numbers(first, count + 1), Take(reader));
        Assert.Equal(0, reader.Dropped);
    }

    [Fact]
    public void Bound_in_records_drops_the_oldest_and_the_stream_says_how_many()
    {
        var (bounded, other) = (Open(new LogBound(5, long.MaxValue)), Open(Wide));
        Add(1, 12);
        Assert.Equal(["7 dropped", .. Numbers(8, 5)], Take(bounded));
        Assert.Equal(7, bounded.Dropped);
        Assert.Equal(Numbers(1, 12), Take(other));
        Assert.Equal(0, other.Dropped);
    }

    [Fact]
    public void Bound_in_bytes_drops_the_oldest_and_even_a_record_that_is_larger_than_it()
    {
        var size = Record(1).Size;
        var reader = Open(new LogBound(long.MaxValue, 3 * size));
        Add(1, 5);
        Assert.Equal(["2 dropped", .. Numbers(3, 3)], Take(reader));
        _ring.Add(new LogRecord(default, LogEventLevel.Information, "n", new string('x', 4 * size)));
        Assert.Equal(["1 dropped"], Take(reader));
    }

    [Fact]
    public void Number_of_dropped_records_is_a_warning_of_the_bridge()
    {
        var reader = Open(new LogBound(1, long.MaxValue));
        Add(1, 3);
        var batch = new LogBatch();
        Assert.True(reader.TryTake(batch, long.MaxValue));
        Assert.Equal((LogRecord.BridgeName, LogEventLevel.Warning), (batch.Records[0].Name, batch.Records[0].Level));
        Assert.Equal((2, 3), (batch.Dropped, batch.End));
    }

    [Fact]
    public void Overflow_is_reported_once_until_the_reader_has_read_again()
    {
        var overflows = 0;
        var reader = _ring.Open(new LogReaderPolicy
        {
            Bound = new LogBound(2, long.MaxValue),
            DescribeGap = Describe,
            Overflowed = () => overflows++,
        });
        Add(1, 2);
        Assert.Equal(0, overflows);
        Add(3, 50);
        Assert.Equal(1, overflows);
        Take(reader);
        Add(53, 50);
        Assert.Equal(2, overflows);
    }

    [Fact]
    public void Overflow_may_be_reported_in_the_log_itself()
    {
        var reader = _ring.Open(new LogReaderPolicy
        {
            Bound = new LogBound(2, long.MaxValue),
            DescribeGap = Describe,
            Overflowed = () => Add(1_000, 1),
        });
        Add(1, 10);
        Assert.Equal(["9 dropped", "9", "10"], Take(reader));
    }

    [Fact]
    public void Records_taken_and_returned_are_read_again()
    {
        var reader = Open(new LogBound(5, long.MaxValue));
        Add(1, 7);
        Assert.Equal(["2 dropped", .. Numbers(3, 5)], Take(reader));
        reader.ReturnTaken();
        Assert.Equal(["2 dropped", .. Numbers(3, 5)], Take(reader));
        Assert.Equal(2, reader.Dropped);
        reader.ConfirmTaken();
        reader.ReturnTaken();
        Assert.False(reader.TryTake(new LogBatch(), 1));
    }

    [Fact]
    public void Records_returned_behind_a_gap_are_part_of_it()
    {
        var reader = Open(new LogBound(5, long.MaxValue));
        Add(1, 3);
        Take(reader);
        Add(4, 6);
        reader.ReturnTaken();
        Assert.Equal(["4 dropped", .. Numbers(5, 5)], Take(reader));
        Assert.Equal(4, reader.Dropped);
    }

    [Fact]
    public void Nothing_is_stored_for_a_reader_that_has_gone_or_has_read_it()
    {
        var (first, second) = (Open(Wide), Open(Wide));
        Add(1, 5_000);
        Take(first);
        first.ConfirmTaken();
        Assert.Equal(5_000, _ring.Stored);
        second.Dispose();
        Assert.Equal(10, _ring.Stored);
    }

    [Fact]
    public void Stopped_reader_keeps_its_bound_and_no_more()
    {
        var stopped = Open(new LogBound(100, long.MaxValue));
        Add(1, 50);
        Take(stopped);
        for (var i = 0; i < 100; i++)
        {
            Add(51 + (i * 100), 100);
            Assert.InRange(_ring.Stored, 0, 150);
        }

        Assert.Equal(9_900, stopped.Dropped);
    }

    [Fact]
    public async Task Waiting_reader_is_woken_by_a_record_and_by_its_cancellation()
    {
        var reader = Open(Wide);
        var batch = new LogBatch();
        var taking = reader.TakeAsync(batch, 1, default).AsTask();
        Assert.False(taking.IsCompleted);
        Add(1, 1);
        await taking.WaitAsync(Long);
        Assert.Equal("1", Assert.Single(batch.Records).Text);

        using var cancellation = new CancellationTokenSource();
        var waiting = Task.Run(() => reader.Take(batch, 1, cancellation.Token));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Long));
    }

    [Fact]
    public async Task Series_of_records_wakes_a_reader_with_a_delay_once()
    {
        using var reader = _ring.Open(new LogReaderPolicy
        {
            Bound = Wide,
            DescribeGap = Describe,
            WakeDelay = TimeSpan.FromMilliseconds(500),
        });
        var batch = new LogBatch();
        var taking = reader.TakeAsync(batch, long.MaxValue, default).AsTask();
        Add(1, 3);
        Assert.False(taking.IsCompleted);
        await taking.WaitAsync(Long);
        Assert.Equal(["1", "2", "3"], batch.Records.Select(record => record.Text));
    }

    [Fact]
    public async Task Reader_that_is_cancelled_while_it_waits_still_gets_what_has_come()
    {
        using var reader = _ring.Open(new LogReaderPolicy { Bound = Wide, DescribeGap = Describe, WakeDelay = Long });
        using var cancellation = new CancellationTokenSource();
        var (first, second) = (new LogBatch(), new LogBatch());
        var taking = reader.TakeAsync(first, long.MaxValue, cancellation.Token).AsTask();
        Add(1, 3);
        await cancellation.CancelAsync();
        await taking.WaitAsync(Long);
        Assert.Equal(3, first.End);

        var waiting = Task.Run(() => reader.Take(second, long.MaxValue, cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Long));
    }

    [Fact]
    public async Task Fast_slow_and_stopped_readers_at_100_000_records_a_second()
    {
        const int Count = 500_000;
        var (fast, slow, stopped) = (Open(Wide), Open(new LogBound(2_000, long.MaxValue)), Open(new LogBound(1_000, long.MaxValue)));
        Add(1, 10);
        Take(stopped);
        var reading = Task.Run(() => ReadAsync(fast, Count, long.MaxValue, pause: 0));
        var readingSlowly = Task.Run(() => ReadAsync(slow, Count, 50 * Record(1).Size, pause: 1));

        var watch = Stopwatch.StartNew();
        await Task.Run(() => Add(11, Count - 10));
        Assert.InRange(Count / watch.Elapsed.TotalSeconds, 100_000, double.MaxValue);

        Assert.Equal((Count, 0), await reading.WaitAsync(Long));
        Assert.Equal(0, fast.Dropped);
        var (received, dropped) = await readingSlowly.WaitAsync(Long);
        Assert.Equal(Count, received + dropped);
        Assert.Equal(dropped, slow.Dropped);
        Assert.True(dropped > 0, "the slow reader was not slow");
        Assert.Equal(Count - 10 - 1_000, stopped.Dropped);
        Assert.InRange(_ring.Stored, 0, 1_000);
    }

    private LogReader Open(LogBound bound, int newest = 0) => _ring.Open(
        new LogReaderPolicy { Bound = bound, DescribeGap = Describe, StartWithNewest = newest });

    private void Add(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            _ring.Add(Record(number));
        }
    }

    /// <summary>Reads until the last record, and fails where one is out of order or missing without a word.</summary>
    private static async Task<(int Received, int Dropped)> ReadAsync(LogReader reader, int last, long mostBytes, int pause)
    {
        var batch = new LogBatch();
        var (received, dropped) = (0, 0);
        while (received + dropped < last)
        {
            await reader.TakeAsync(batch, mostBytes, default);
            dropped += (int)batch.Dropped;
            foreach (var record in batch.Records.Skip(batch.Dropped > 0 ? 1 : 0))
            {
                received++;
                Assert.Equal(received + dropped, int.Parse(record.Text, CultureInfo.InvariantCulture));
            }

            Assert.Equal(batch.End, received + dropped);
            if (pause > 0)
            {
                await Task.Delay(pause);
            }
        }

        reader.ConfirmTaken();
        return (received, dropped);
    }

    private static List<string> Take(LogReader reader)
    {
        var batch = new LogBatch();
        Assert.True(reader.TryTake(batch, long.MaxValue));
        return [.. batch.Records.Select(record => record.Text)];
    }

    private static string Describe(long count) => string.Create(CultureInfo.InvariantCulture, $"{count} dropped");

    private static IEnumerable<string> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static LogRecord Record(int number) =>
        new(default, LogEventLevel.Information, "n", number.ToString(CultureInfo.InvariantCulture));
}
