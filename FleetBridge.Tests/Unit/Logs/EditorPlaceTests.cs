using System.Globalization;
using FleetBridge.Core.Logs;
using Serilog.Events;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class EditorPlaceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly LogRing _ring = new(history: default, TimeProvider.System);
    private readonly EditorPlace _place;

    public EditorPlaceTests() => _place = new EditorPlace(_ring, TimeProvider.System);

    [Fact]
    public async Task Without_a_client_the_newest_thousand_wait_and_one_warning_counts_the_rest()
    {
        Add(1, 1_234);
        _place.ClientCame();
        var batch = await TakeAsync();
        Assert.Equal(1_001, batch.Count);
        AssertDropped(234, batch[0]);
        Assert.Equal(Numbers(235, 1_000), batch.Skip(1));
    }

    [Fact]
    public async Task Thousand_records_without_a_client_are_all_there_and_no_warning()
    {
        Add(1, (int)EditorPlace.WithoutClient.Records);
        _place.ClientCame();
        Assert.Equal(Numbers(1, (int)EditorPlace.WithoutClient.Records), await TakeAsync());
    }

    [Fact]
    public async Task Warning_is_a_record_like_any_other()
    {
        Add(1, (int)EditorPlace.WithoutClient.Records + 1);
        _place.ClientCame();
        var batch = new LogBatch();
        await _place.TakeAsync(batch, long.MaxValue, default);
        Assert.Equal(("fleetbridge", "WARNING"), (batch.Records[0].Name, batch.Records[0].LevelName));
        Assert.Equal(1, batch.Dropped);
    }

    [Fact]
    public async Task With_a_client_records_wait_by_bytes_and_the_rest_is_counted_where_it_was()
    {
        const int Size = 1024 * 1024;
        const int Fit = 64;
        _place.ClientCame();
        _ring.Add(Record(1, Size));
        var taken = await TakeAsync(sent: false);
        for (var number = 2; number <= Fit + 11; number++)
        {
            _ring.Add(Record(number, Size));
        }

        Assert.Equal(["1"], taken);
        var rest = await TakeAsync();
        AssertDropped(10, rest[0]);
        Assert.Equal(Numbers(12, Fit), rest.Skip(1));
    }

    [Fact]
    public async Task Received_and_dropped_are_all_that_was_added_whatever_the_client_does()
    {
        var random = new Random(7);
        var (added, received, dropped, previous) = (0, 0, 0, 0);
        for (var step = 0; step < 2_000; step++)
        {
            var count = random.Next(40);
            Add(added + 1, count);
            added += count;
            switch (random.Next(40))
            {
                case 0:
                    _place.ClientLeft();
                    break;
                case 1:
                    _place.ClientCame();
                    break;
                case 2 when received + dropped < added:
                    // taken, and the client goes before it is sent
                    _place.ClientCame();
                    await TakeAsync(mostBytes: random.Next(1, 3_000), sent: false);
                    Add(added + 1, 1_500);
                    added += 1_500;
                    _place.ClientLeft();
                    break;
                case < 8 when received + dropped < added:
                    _place.ClientCame();
                    Count(await TakeAsync(mostBytes: random.Next(1, 3_000)));
                    break;
            }
        }

        Add(added + 1, 1);
        added++;
        _place.ClientCame();
        Count(await TakeAsync());
        Assert.Equal(added, received + dropped);
        Assert.Equal(added, previous);
        Assert.True(dropped > 0);

        void Count(List<string> batch)
        {
            foreach (var text in batch)
            {
                if (text.Contains("dropped", StringComparison.Ordinal))
                {
                    var gap = int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);
                    dropped += gap;
                    previous += gap;
                }
                else
                {
                    Assert.Equal(previous + 1, int.Parse(text, CultureInfo.InvariantCulture));
                    previous++;
                    received++;
                }
            }
        }
    }

    [Fact]
    public async Task Batch_ends_at_its_bytes_and_has_one_record_at_least()
    {
        _place.ClientCame();
        _ring.Add(Record(1, 500));
        _ring.Add(Record(2, 500));
        _ring.Add(Record(3, 500));
        Assert.Equal(["1"], await TakeAsync(mostBytes: 1));
        Assert.Equal(["2", "3"], await TakeAsync(mostBytes: 501));
    }

    [Fact]
    public async Task Take_waits_for_a_record_until_it_is_cancelled()
    {
        _place.ClientCame();
        var taking = TakeAsync();
        Assert.False(taking.IsCompleted);
        Add(1, 1);
        Assert.Equal(["1"], await taking.WaitAsync(Long));

        using var cancellation = new CancellationTokenSource();
        var waiting = _place.TakeAsync(new LogBatch(), 1, cancellation.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Long));
    }

    [Fact]
    public async Task Cancelled_take_still_gives_what_is_there()
    {
        _place.ClientCame();
        Add(1, 3);
        var batch = new LogBatch();
        await _place.TakeAsync(batch, long.MaxValue, new CancellationToken(canceled: true));
        Assert.Equal((3, 3), (batch.Records.Count, batch.End));
    }

    [Fact]
    public async Task Records_taken_and_not_sent_are_for_the_next_client()
    {
        _place.ClientCame();
        Add(1, 3);
        Assert.Equal(Numbers(1, 3), await TakeAsync(sent: false));
        Add(4, 2);
        _place.ClientLeft();
        Add(6, 1);
        _place.ClientCame();
        Assert.Equal(Numbers(1, 6), await TakeAsync());
    }

    [Fact]
    public async Task Warning_that_was_taken_and_not_sent_is_made_again()
    {
        Add(1, 1_005);
        _place.ClientCame();
        await TakeAsync(mostBytes: 1, sent: false);
        _place.ClientLeft();
        Add(1_006, 10);
        _place.ClientCame();
        var batch = await TakeAsync();
        AssertDropped(15, batch[0]);
        Assert.Equal(Numbers(16, 1_000), batch.Skip(1));
    }

    [Fact]
    public async Task Record_is_delivered_once_it_was_sent_and_not_when_it_was_taken()
    {
        _place.ClientCame();
        Add(1, 2);
        var second = _place.WaitForDeliveryAsync(2, Long);
        var batch = new LogBatch();
        await _place.TakeAsync(batch, 1, default);
        Assert.Equal(1, batch.End);
        Assert.Equal(0, _place.Delivered);
        _place.Sent(batch);
        Assert.Equal(1, _place.Delivered);
        Assert.True(await _place.WaitForDeliveryAsync(1, Long));
        Assert.False(second.IsCompleted);
        await TakeAsync();
        Assert.True(await second.WaitAsync(Long));
        Assert.Equal(0, _place.Waiting);
    }

    [Fact]
    public async Task No_request_waits_for_a_client_that_is_absent_or_leaves()
    {
        Add(1, 5);
        Assert.True(await _place.WaitForDeliveryAsync(5, Long));

        _place.ClientCame();
        Assert.True(await _place.WaitForDeliveryAsync(5, Long));
        Add(6, 1);
        var stuck = _place.WaitForDeliveryAsync(6, Long);
        Assert.False(stuck.IsCompleted);
        _place.ClientLeft();
        Assert.True(await stuck.WaitAsync(Long));
    }

    [Fact]
    public async Task Request_that_stops_waiting_is_forgotten()
    {
        _place.ClientCame();
        Add(1, 1);
        for (var i = 0; i < 10; i++)
        {
            Assert.False(await _place.WaitForDeliveryAsync(1, TimeSpan.FromMilliseconds(1)));
        }

        Assert.Equal(0, _place.Waiting);
    }

    private void Add(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            _ring.Add(Record(number, 0));
        }
    }

    private async Task<List<string>> TakeAsync(int mostBytes = int.MaxValue, bool sent = true)
    {
        var batch = new LogBatch();
        await _place.TakeAsync(batch, mostBytes, default);
        if (sent)
        {
            _place.Sent(batch);
        }

        return [.. batch.Records.Select(record => record.Text.Trim())];
    }

    private static IEnumerable<string> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static LogRecord Record(int number, int size)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        var record = new LogRecord(default, LogEventLevel.Information, "n", text);
        return new LogRecord(default, LogEventLevel.Information, "n", text.PadRight(Math.Max(0, size - record.Size + text.Length)));
    }

    private static void AssertDropped(int count, string record) => Assert.StartsWith(
        string.Create(CultureInfo.InvariantCulture, $"{count} older log records were dropped here: "), record, StringComparison.Ordinal);
}
