using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;

namespace FleetBridge.Tests.Unit.Logs;

public sealed class LogBacklogTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly LogBacklog _backlog = new(TimeProvider.System);

    [Fact]
    public async Task Without_a_client_the_newest_thousand_wait_and_one_warning_counts_the_rest()
    {
        Add(1, 1_234);
        _backlog.ClientCame();
        var batch = await TakeAsync();
        Assert.Equal(1_001, batch.Count);
        AssertDropped(234, batch[0]);
        Assert.Equal(Numbers(235, 1_000), batch.Skip(1));
    }

    [Fact]
    public async Task Thousand_records_without_a_client_are_all_there_and_no_warning()
    {
        Add(1, LogBacklog.MostWithoutClient);
        _backlog.ClientCame();
        Assert.Equal(Numbers(1, LogBacklog.MostWithoutClient), await TakeAsync());
    }

    [Fact]
    public async Task Warning_is_a_record_like_any_other()
    {
        Add(1, LogBacklog.MostWithoutClient + 1);
        _backlog.ClientCame();
        var batch = new List<byte[]>();
        await _backlog.TakeAsync(batch, int.MaxValue, default);
        var record = JsonNode.Parse(batch[0])!.AsObject();
        Assert.Equal(["time", "name", "level", "message"], record.Select(member => member.Key));
        Assert.Equal("fleetbridge", (string?)record["name"]);
        Assert.Equal("WARNING", (string?)record["level"]);
    }

    [Fact]
    public async Task With_a_client_records_wait_by_bytes_and_the_rest_is_counted_where_it_was()
    {
        const int Size = 1024 * 1024;
        const int Fit = (int)(LogBacklog.MostBytes / Size);
        _backlog.ClientCame();
        _backlog.Add(Record(1, Size));
        var taken = await TakeAsync(sent: false);
        for (var number = 2; number <= Fit + 11; number++)
        {
            _backlog.Add(Record(number, Size));
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
                    _backlog.ClientLeft();
                    break;
                case 1:
                    _backlog.ClientCame();
                    break;
                case 2 when received + dropped < added:
                    // taken, and the client goes before it is sent
                    _backlog.ClientCame();
                    await TakeAsync(mostBytes: random.Next(1, 3_000), sent: false);
                    Add(added + 1, 1_500);
                    added += 1_500;
                    _backlog.ClientLeft();
                    break;
                case < 8 when received + dropped < added:
                    _backlog.ClientCame();
                    Count(await TakeAsync(mostBytes: random.Next(1, 3_000)));
                    break;
            }
        }

        Add(added + 1, 1);
        added++;
        _backlog.ClientCame();
        Count(await TakeAsync());
        Assert.Equal(added, received + dropped);
        Assert.Equal(added, previous);
        Assert.True(dropped > 0);

        void Count(List<string> batch)
        {
            foreach (var text in batch)
            {
                if (text.StartsWith('{'))
                {
                    var gap = int.Parse(text.Split("\"message\": \"")[1].Split(' ')[0], CultureInfo.InvariantCulture);
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
        _backlog.ClientCame();
        _backlog.Add(Record(1, 500));
        _backlog.Add(Record(2, 500));
        _backlog.Add(Record(3, 500));
        Assert.Equal(["1"], await TakeAsync(mostBytes: 1));
        Assert.Equal(["2", "3"], await TakeAsync(mostBytes: 501));
    }

    [Fact]
    public async Task Take_waits_for_a_record_and_ends_with_its_token()
    {
        _backlog.ClientCame();
        var taking = TakeAsync();
        Assert.False(taking.IsCompleted);
        Add(1, 1);
        Assert.Equal(["1"], await taking.WaitAsync(Long));

        using var cancellation = new CancellationTokenSource();
        var waiting = _backlog.TakeAsync([], 1, cancellation.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Long));
    }

    [Fact]
    public async Task Cancelled_take_still_gives_what_is_there()
    {
        _backlog.ClientCame();
        Add(1, 3);
        var batch = new List<byte[]>();
        Assert.Equal(3, await _backlog.TakeAsync(batch, int.MaxValue, new CancellationToken(canceled: true)));
        Assert.Equal(3, batch.Count);
    }

    [Fact]
    public async Task What_was_taken_and_not_sent_is_the_next_clients()
    {
        _backlog.ClientCame();
        Add(1, 3);
        Assert.Equal(Numbers(1, 3), await TakeAsync(sent: false));
        Add(4, 2);
        _backlog.ClientLeft();
        Add(6, 1);
        _backlog.ClientCame();
        Assert.Equal(Numbers(1, 6), await TakeAsync());
    }

    [Fact]
    public async Task Warning_that_was_taken_and_not_sent_is_made_anew()
    {
        Add(1, 1_005);
        _backlog.ClientCame();
        await TakeAsync(mostBytes: 1, sent: false);
        _backlog.ClientLeft();
        Add(1_006, 10);
        _backlog.ClientCame();
        var batch = await TakeAsync();
        AssertDropped(15, batch[0]);
        Assert.Equal(Numbers(16, 1_000), batch.Skip(1));
    }

    [Fact]
    public async Task Record_is_delivered_once_it_was_sent_and_not_when_it_was_taken()
    {
        _backlog.ClientCame();
        Add(1, 2);
        var second = _backlog.WaitForDeliveryAsync(2, Long);
        var batch = new List<byte[]>();
        var first = await _backlog.TakeAsync(batch, 1, default);
        Assert.Equal(1, first);
        Assert.Equal(0, _backlog.Delivered);
        _backlog.Sent(first);
        Assert.Equal(1, _backlog.Delivered);
        Assert.True(await _backlog.WaitForDeliveryAsync(1, Long));
        Assert.False(second.IsCompleted);
        await TakeAsync();
        Assert.True(await second.WaitAsync(Long));
        Assert.Equal(0, _backlog.Waiting);
    }

    [Fact]
    public async Task Nobody_waits_for_a_client_that_is_not_there_or_leaves()
    {
        Add(1, 5);
        Assert.True(await _backlog.WaitForDeliveryAsync(5, Long));

        var coming = _backlog.WaitForDeliveryAsync(6, Long);
        Assert.False(coming.IsCompleted);
        Add(6, 1);
        Assert.True(await coming.WaitAsync(Long));

        _backlog.ClientCame();
        Add(7, 1);
        var stuck = _backlog.WaitForDeliveryAsync(7, Long);
        Assert.False(stuck.IsCompleted);
        _backlog.ClientLeft();
        Assert.True(await stuck.WaitAsync(Long));
    }

    [Fact]
    public async Task Who_stops_waiting_is_forgotten()
    {
        _backlog.ClientCame();
        Add(1, 1);
        for (var i = 0; i < 10; i++)
        {
            Assert.False(await _backlog.WaitForDeliveryAsync(1, TimeSpan.FromMilliseconds(1)));
        }

        Assert.Equal(0, _backlog.Waiting);
    }

    private void Add(int first, int count)
    {
        for (var number = first; number < first + count; number++)
        {
            _backlog.Add(Record(number, 0));
        }
    }

    private async Task<List<string>> TakeAsync(int mostBytes = int.MaxValue, bool sent = true)
    {
        var batch = new List<byte[]>();
        var number = await _backlog.TakeAsync(batch, mostBytes, default);
        if (sent)
        {
            _backlog.Sent(number);
        }

        return [.. batch.Select(record => Encoding.ASCII.GetString(record).Trim())];
    }

    private static IEnumerable<string> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static byte[] Record(int number, int size) =>
        Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadRight(size));

    private static void AssertDropped(int count, string record) => Assert.Contains(
        string.Create(CultureInfo.InvariantCulture, $"\"message\": \"{count} older log records were dropped here: "),
        record,
        StringComparison.Ordinal);
}
