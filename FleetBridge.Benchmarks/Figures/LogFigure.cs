using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using FleetBridge.Benchmarks.Programs;
using FleetBridge.Benchmarks.Wire;

namespace FleetBridge.Benchmarks.Figures;

/// <summary>100,000 records of one backend request, from the first to the last that a client reads, in order.</summary>
internal static class LogFigure
{
    private const double Least = 350_000;
    private const string Text = "The fleet test1-fleet is DOWNLOADING: the build is being fetched by its first instance.";

    public static async Task MeasureAsync(Bench bench, FigureTable table)
    {
        var backends = bench.Place.NewFolder("backends");
        Published.Install(bench.Published.Probes[0].Folder, Path.Combine(backends, "probe", "1"));
        var count = bench.Options.Count(100_000, 30_000);
        var (bridge, floor, request) = (new Sample(), new Sample(), new Sample());
        await using var floorServed = bench.StartFloor(bytes: 100);
        await floorServed.WaitForBothPortsAsync(bench.Cancellation);
        for (var round = 0; round < bench.Options.Count(7, 3); round++)
        {
            await using var bridgeServed = bench.StartBridge(backends);
            await bridgeServed.WaitForBothPortsAsync(bench.Cancellation);
            var pushed = PushThroughBridge(bridgeServed, count);
            bridge.Add(pushed.Rate);
            request.Add(count / (await pushed.Answered).TotalSeconds);
            floor.Add(PushThroughFloor(floorServed, count, pushed.Bytes));
        }

        table.Add(
            string.Create(CultureInfo.InvariantCulture, $"log records from a backend to a client, {count:N0} in order, none lost"),
            bridge.ToText("N0", "a second"),
            floor.ToText("N0", "a second"),
            string.Create(CultureInfo.InvariantCulture, $"{bridge.MedianPaired(floor, (a, b) => a / b):0.000} ×"),
            string.Create(CultureInfo.InvariantCulture, $"≥ {Least:N0} a second"),
            bridge.Median >= Least);
        table.Add("the same, from the request to its response", request.ToText("N0", "a second"));
    }

    private static (double Rate, int Bytes, Task<TimeSpan> Answered) PushThroughBridge(Served bridge, int count)
    {
        using var reader = LogReader.Connect(bridge.WebSocketPort);
        var answered = Task.Run(() =>
        {
            var started = Stopwatch.GetTimestamp();
            var target = $"/probe/1/deployment/thing/log?count={count}&text={Uri.EscapeDataString(Text)}";
            var answer = HttpExchange.Post(bridge.HttpPort, target);
            return answer.Text.Contains("\"True\"", StringComparison.Ordinal)
                ? Stopwatch.GetElapsedTime(started)
                : throw new BenchmarkException($"The log request failed: {answer.Text}");
        });
        var (rate, bytes) = Read(reader, count);
        return (rate, bytes, answered);
    }

    private static double PushThroughFloor(Served floor, int count, int bytes)
    {
        using var reader = LogReader.Connect(floor.WebSocketPort, $"//?count={count}&bytes={bytes}");
        return Read(reader, count).Rate;
    }

    /// <summary>Reads until the last record has come.</summary>
    /// <returns>Records a second, and how long the last one was.</returns>
    private static (double Rate, int Bytes) Read(LogReader reader, int count)
    {
        long first = 0;
        var last = 0;
        for (var expected = 1; expected <= count;)
        {
            var record = reader.ReadText();
            if (!TryReadNumber(record, out var number))
            {
                continue;
            }

            if (number != expected)
            {
                throw new BenchmarkException($"Record {number} came where {expected} should have.");
            }

            first = first == 0 ? Stopwatch.GetTimestamp() : first;
            last = record.Length;
            expected++;
        }

        return ((count - 1) / Stopwatch.GetElapsedTime(first).TotalSeconds, last);
    }

    /// <summary>The number before the record's end; the bridge's own records have none.</summary>
    private static bool TryReadNumber(ReadOnlySpan<byte> record, out int number)
    {
        number = 0;
        if (!record.EndsWith("\"}"u8))
        {
            return false;
        }

        var text = record[..^2];
        return Utf8Parser.TryParse(text[(text.LastIndexOf((byte)' ') + 1)..], out number, out var used)
            && used == text.Length - text.LastIndexOf((byte)' ') - 1;
    }
}
