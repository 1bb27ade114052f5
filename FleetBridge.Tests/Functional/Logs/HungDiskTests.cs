using System.Diagnostics;
using System.Globalization;
using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Logs;

/// <summary>
/// A file system that does not respond: in the log file's place is a FIFO, which blocks whoever opens it without a reader, and
/// whoever writes to it while it is full.
/// </summary>
public sealed class HungDiskTests
{
    [Fact]
    public async Task File_that_cannot_be_opened_blocks_neither_requests_nor_the_editors_records()
    {
        Requires.Unix();
        await using var bridge = await TestBridge.StartAsync(prepare: folder => MakeFifo(folder["bridge.log"]), openLog: path => new OddLogTarget(path));
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var reader = new RecordReader(socket);
        Assert.Equal(
            $"The log file {bridge.Log.FilePath} does not respond. Records wait in memory until it does.", await reader.ReadMessageAsync());
        await AssertServesAsync(bridge, reader, requests: 20);

        // it responds at last, and gets what has waited for it
        using var fifo = Fifo.Open(bridge.Folder["bridge.log"]);
        await fifo.ReadUntilAsync(line => line.EndsWith("INFO probe r19 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task File_that_hangs_in_a_write_blocks_neither_requests_nor_the_editors_records()
    {
        Requires.Unix();
        Fifo? fifo = null;
        await using var bridge = await TestBridge.StartAsync(prepare: folder => fifo = Fifo.Make(folder["bridge.log"]), openLog: path => new OddLogTarget(path));
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        var reader = new RecordReader(socket);

        // more than a FIFO holds
        var text = new string('f', 20_000);
        for (var i = 0; i < 10; i++)
        {
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text={text}");
            Assert.Equal($"{text} 1", await reader.ReadMessageAsync());
        }

        await AssertServesAsync(bridge, reader, requests: 20);
        await fifo!.ReadUntilAsync(line => line.EndsWith("INFO probe r19 1", StringComparison.Ordinal));
        fifo.Dispose();
    }

    [Fact]
    public async Task Records_that_the_file_misses_are_counted_in_it_and_reported_to_the_editor()
    {
        Requires.Unix();
        const int Count = 20_000;
        using var folder = new TemporaryFolder();
        using var fifo = Fifo.Make(folder["bridge.log"]);
        await using var log = BridgeLog.Open(
            new BridgeLogOptions { File = folder["bridge.log"], OpenFile = path => new OddLogTarget(path), FileBound = new LogBound(1_000, long.MaxValue) }, TimeProvider.System);
        log.Editor.ClientCame();
        for (var i = 1; i <= Count; i++)
        {
            Say(log, i.ToString(CultureInfo.InvariantCulture));
        }

        var lines = await fifo.ReadUntilAsync(line => line.EndsWith($" {Count}", StringComparison.Ordinal));
        var (received, missing, gaps) = (0, 0, 0);
        foreach (var line in lines)
        {
            if (line.EndsWith("the file could not be written fast enough.", StringComparison.Ordinal))
            {
                gaps++;
                missing += int.Parse(line.Split(" WARNING fleetbridge ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            }
            else if (line.Split(" INFO probe ") is [_, var number])
            {
                received++;
                Assert.True(
                    received + missing >= int.Parse(number, CultureInfo.InvariantCulture), $"before {number} is a gap that is not counted");
            }
        }

        // two records of the log itself report each gap, and may be in one
        Assert.True(missing > 0, "the file did not hang");
        Assert.InRange(received + missing, Count, Count + (2 * gaps));
        Assert.Equal(missing, await ReadReportedAsync(log, missing));
    }

    [Fact]
    public async Task Log_whose_file_hangs_is_closed_in_bounded_time()
    {
        Requires.Unix();
        using var folder = new TemporaryFolder();
        using var fifo = Fifo.Make(folder["bridge.log"]);
        var log = BridgeLog.Open(new BridgeLogOptions { File = folder["bridge.log"], OpenFile = path => new OddLogTarget(path) }, TimeProvider.System);
        Say(log, new string('x', 200_000));
        var watch = Stopwatch.StartNew();
        await log.DisposeAsync().AsTask().WaitAsync(Eventually.Limit);
        Assert.InRange(watch.Elapsed, LogFileWriter.CloseLimit - TimeSpan.FromMilliseconds(100), 5 * LogFileWriter.CloseLimit);
        Say(log, "after the end");
    }

    private static async Task AssertServesAsync(TestBridge bridge, RecordReader reader, int requests)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < requests; i++)
        {
            Assert.Equal(200, (await bridge.PostAsync($"/probe/1/deployment/thing/log?text=r{i}")).Status);
            Assert.Equal($"r{i} 1", await reader.ReadMessageAsync());
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    /// <summary>Reads as the editor would, until as many records are reported to be missing from the file.</summary>
    private static async Task<int> ReadReportedAsync(BridgeLog log, int missing)
    {
        const string Report = " records are missing from the log file ";
        var (reported, batch) = (0, new LogBatch());
        using var limit = new CancellationTokenSource(Eventually.Limit);
        while (reported < missing)
        {
            await log.Editor.TakeAsync(batch, mostBytes: 1, limit.Token);
            reported += batch.Records
                .Where(record => record.Text.Contains(Report, StringComparison.Ordinal))
                .Sum(record => int.Parse(record.Text.Split(' ')[0], CultureInfo.InvariantCulture));
        }

        return reported;
    }

    private static void Say(BridgeLog log, string text) =>
        log.Backends.For("probe").Log(LogLevel.Information, default, text, null, (state, _) => state);

    private static void MakeFifo(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    /// <summary>The reading end of a FIFO. It reads nothing before it is asked to.</summary>
    private sealed class Fifo : IDisposable
    {
        private readonly FileStream _stream;
        private readonly StreamReader _reader;

        private Fifo(FileStream stream) => (_stream, _reader) = (stream, new StreamReader(stream));

        public static Fifo Make(string path)
        {
            MakeFifo(path);
            return Open(path);
        }

        // for writing, too: so neither end waits for the other when it is opened
        public static Fifo Open(string path) =>
            new(new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0));

        public async Task<List<string>> ReadUntilAsync(Func<string, bool> isLast)
        {
            var lines = new List<string>();
            do
            {
                lines.Add(await Task.Run(_reader.ReadLine).WaitAsync(Eventually.Limit) ?? "");
            }
            while (!isLast(lines[^1]));

            return lines;
        }

        public void Dispose() => _stream.Dispose();
    }
}
