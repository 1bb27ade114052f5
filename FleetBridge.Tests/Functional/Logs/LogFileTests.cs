using System.Globalization;
using System.Text;
using FleetBridge.Core.Logs;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Tests.Functional.Logs;

public sealed class LogFileTests(ITestOutputHelper output)
{
    [Fact]
    public async Task File_has_everything_traces_and_debug_records_included()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=caf%C3%A9%20%F0%9F%98%80");
        await bridge.PostAsync("/probe/1/deployment/mischief/throw");
        Say(bridge.Log, "the finest", level: LogLevel.Trace);
        await Eventually.TrueAsync(
            () => bridge.ReadLogFile().Contains("the finest", StringComparison.Ordinal), "the last line");
        var text = bridge.ReadLogFile();
        Assert.Matches("(?m)^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3} INFO probe café 😀 1\r?$", text);
        Assert.Contains("DEBUG fleetbridge Backend probe/1 is loaded", text, StringComparison.Ordinal);
        Assert.Contains("DEBUG probe the finest", text, StringComparison.Ordinal);
        Assert.Contains("Probe.MischiefException: thrown on purpose", text, StringComparison.Ordinal);
        Assert.Contains("   at Probe.Mischief.", text, StringComparison.Ordinal);
        Assert.Contains("ERROR fleetbridge", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_of_a_bug_is_in_the_file_only()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/mischief/throw");
        var message = (string)(await socket.ReadRecordAsync())["message"]!;
        Assert.Contains("thrown on purpose", message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_log_continues_in_a_second_file()
    {
        using var folder = new TemporaryFolder();
        await using (var log = Open(folder["bridge.log"]))
        {
            for (var i = 0; i < 12; i++)
            {
                Say(log, new string('x', 1024 * 1024));
            }
        }

        var files = Directory.GetFiles(folder.Path);
        Assert.Equal(2, files.Length);
        Assert.Equal(12 + files.Length, files.SelectMany(File.ReadLines).Count());
    }

    [Fact]
    public async Task File_is_utf8_without_a_mark()
    {
        using var folder = new TemporaryFolder();
        await using (var log = Open(folder["deep", "er", "bridge.log"]))
        {
            Say(log, "é");
        }

        var bytes = await File.ReadAllBytesAsync(folder["deep", "er", "bridge.log"]);
        Assert.Equal((byte)'2', bytes[0]);
        Assert.EndsWith("INFO probe é", Encoding.UTF8.GetString(bytes).TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("file/bridge.log")]
    public async Task Unwritable_file_is_a_warning_and_the_log_continues(string place)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["folder"]);
        await File.WriteAllTextAsync(folder["file"], "");
        await using var log = Open(folder[place]);
        Assert.Null(log.FilePath);
        Say(log, "continues");
        var messages = await MessagesAsync(log, 2);
        Assert.StartsWith($"No log file is being written: {folder[place]} cannot be opened", messages[0], StringComparison.Ordinal);
        Assert.Contains("--log-file", messages[0], StringComparison.Ordinal);
        Assert.Equal("continues", messages[1]);
        Assert.Equal(["file", "folder"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Full_disk_is_one_warning_and_blocks_nobody_who_logs()
    {
        Requires.Linux();
        await using var log = OpenOdd("/dev/full");

        // while the file is written, fails, and is tried again
        await Task.Run(() =>
        {
            for (var i = 0; i < 30_000; i++)
            {
                Say(log, "nowhere to write");
            }
        }).WaitAsync(TimeSpan.FromMinutes(1));
        await log.DisposeAsync();
        Assert.Equal(30_001, log.Emitted);
        Assert.Equal(30_001, log.Editor.Added);
    }

    [Fact]
    public async Task Full_disk_is_reported_to_the_editor()
    {
        Requires.Linux();
        await using var log = OpenOdd("/dev/full");
        Say(log, "first");
        Say(log, "second");
        var messages = await MessagesAsync(log, 3);
        Assert.Single(
            messages,
            message => message.StartsWith("The log file /dev/full cannot be written: ", StringComparison.Ordinal));
        Assert.Contains("first", messages);
        Assert.Contains("second", messages);
    }

    [Fact]
    public async Task Event_whose_text_throws_ends_neither_the_file_nor_the_socket()
    {
        using var folder = new TemporaryFolder();
        await using (var log = Open(folder["bridge.log"]))
        {
            log.Loggers.CreateLogger("FleetBridge.Test").Log(
                LogLevel.Error, default, "It broke", new UnprintableException(), (text, _) => text);
            Say(log, "continues");
            var messages = await MessagesAsync(log, 2);
            Assert.StartsWith(@"It broke\n", messages[0], StringComparison.Ordinal);
            Assert.Equal("continues", messages[1]);
        }

        Assert.Contains("INFO probe continues", await File.ReadAllTextAsync(folder["bridge.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_bridge_with_the_same_file_writes_beside_it_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        await using (var first = Open(folder["bridge.log"]))
        await using (var second = Open(folder["bridge.log"]))
        {
            Assert.Equal(folder["bridge.log"], first.FilePath);
            Assert.Equal(folder["bridge-2.log"], second.FilePath);
            for (var i = 1; i <= 100; i++)
            {
                Say(first, $"{i}", "first");
                Say(second, $"{i}", "second");
            }
        }

        var numbers = Enumerable.Range(1, 100).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(numbers, Words(folder["bridge.log"], "first"));
        Assert.Equal(numbers, Words(folder["bridge-2.log"], "second"));

        await using var third = Open(folder["bridge.log"]);
        Assert.Equal(folder["bridge.log"], third.FilePath);
    }

    private static BridgeLog Open(string file) => BridgeLog.Open(new BridgeLogOptions { File = file }, TimeProvider.System);

    private static BridgeLog OpenOdd(string path) => BridgeLog.Open(
        new BridgeLogOptions { File = path, OpenFile = wanted => new OddLogTarget(wanted) }, TimeProvider.System);

    private static void Say(BridgeLog log, string text, string name = "probe", LogLevel level = LogLevel.Information) =>
        log.Backends.For(name).Log(level, default, text, null, (state, _) => state);

    private static IEnumerable<string> Words(string file, string name) =>
        File.ReadLines(file).Skip(1).Select(line => line.Split($" INFO {name} ")[1]);

    private static async Task<List<string>> MessagesAsync(BridgeLog log, int count)
    {
        await Eventually.TrueAsync(() => log.Editor.Added >= count, "the records");
        log.Editor.ClientCame();
        var batch = new LogBatch();
        await log.Editor.TakeAsync(batch, long.MaxValue, default);
        return [.. batch.Records.Select(record => record.Text)];
    }
}
