using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Tests.Functional.Logs;
using FleetBridge.Tests.Support;
using Serilog.Events;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>The frames of the log socket, as they are on the wire.</summary>
public sealed partial class LogSocketTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Record_is_spelled_as_the_editor_reads_it()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe_backend/1/deployment/thing/log?text=hello");
        var frame = (await new RecordReader(socket).ReadFrameAsync())!;
        Assert.True(frame.Fin);
        Assert.Equal(0, frame.Reserved);
        Assert.Equal(Frame.TextCode, frame.OpCode);
        Assert.Matches(ExactRecord(), frame.Text);
        var time = DateTime.ParseExact(
            (string)JsonNode.Parse(frame.Payload)!["time"]!, "yyyy-MM-dd HH:mm:ss,fff", null);
        Assert.InRange(TimeProvider.System.GetLocalNow().DateTime - time, TimeSpan.FromSeconds(-1), Eventually.Limit);
    }

    [Theory]
    [InlineData("/probe/1/", "probe")]
    [InlineData("/probe_backend/1/", "probe_backend")]
    public async Task Record_of_a_backend_has_the_name_it_was_asked_by(string path, string name)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync($"{path}deployment/thing/log?text=hello");
        Assert.Equal(name, (string?)(await socket.ReadRecordAsync())["name"]);
    }

    [Fact]
    public async Task Exception_and_braces_of_a_backend_are_in_the_messages_text()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/mischief/logthrown");
        var record = await socket.ReadRecordAsync();
        Assert.Equal(["time", "name", "level", "message"], record.Select(member => member.Key));
        Assert.Equal("ERROR", (string?)record["level"]);
        var message = (string)record["message"]!;
        Assert.StartsWith(
            @"It went wrong {braces}\nProbe.MischiefException: logged on purpose", message, StringComparison.Ordinal);
        Assert.Contains("at Probe.Mischief.LogThrown", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_with_braces_in_a_value_stays_as_it_is()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text={0}{Name}{{{@x:l}");
        Assert.Equal("{0}{Name}{{{@x:l} 1", (string?)(await socket.ReadRecordAsync())["message"]);
    }

    [Fact]
    public async Task Message_of_64_kib_of_multi_byte_characters_is_one_frame_of_ascii()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);

        // the request line cannot carry as much, percent-encoded; 20 KiB of it become over 64 KiB of escapes
        var text = "a" + string.Concat(Enumerable.Repeat("é€😀", 3_000));
        await bridge.PostAsync($"/probe/1/deployment/thing/log?text={Uri.EscapeDataString(text)}");
        var frame = (await new RecordReader(socket).ReadFrameAsync())!;
        Assert.True(frame.Fin);
        Assert.True(frame.Payload.Length > 64 * 1024);
        Assert.DoesNotContain(frame.Payload, value => value is < 0x20 or > 0x7E);
        Assert.Equal($"{text} 1", (string?)JsonNode.Parse(frame.Payload)!["message"]);
    }

    [Fact]
    public async Task Message_of_2_mib_is_one_unfragmented_frame_within_1_mib()
    {
        await using var bridge = await TestBridge.StartAsync(output: null);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        bridge.Log.Backends.For("probe").Log(
            Microsoft.Extensions.Logging.LogLevel.Information, default, new string('é', 2 * 1024 * 1024), null, (text, _) => text);
        var frame = (await new RecordReader(socket).ReadFrameAsync())!;
        Assert.True(frame.Fin);
        Assert.Equal(Frame.TextCode, frame.OpCode);
        Assert.InRange(frame.Payload.Length, 1_000_000, 1024 * 1024);
        Assert.Matches("é \\.\\.\\. \\([0-9]+ more characters: see the log file\\)$", (string)JsonNode.Parse(frame.Payload)!["message"]!);
    }

    [Fact]
    public async Task Debug_records_reach_the_socket_only_where_asked_for()
    {
        await using var bridge = await TestBridge.StartAsync(output, level: LogEventLevel.Debug);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await Eventually.TrueAsync(
            async () => (await socket.ReadRecordAsync()) is var record
                && (string?)record["level"] == "DEBUG" && (string?)record["message"] == "A log client has connected.",
            "the record of the client itself");

        await using var usual = await TestBridge.StartAsync(output);
        using var client = await RawWebSocket.ConnectAsync(usual.WebSocketPort);
        await usual.PostAsync("/probe/1/deployment/thing/log?text=first");
        Assert.Equal("INFO", (string?)(await client.ReadRecordAsync())["level"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Data_from_the_client_ends_the_connection(int opCode)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await socket.SendFrameAsync(opCode, "hello"u8.ToArray());
        var reader = new RecordReader(socket);
        var frame = await reader.ReadFrameAsync();
        while (frame!.OpCode == Frame.TextCode)
        {
            // the warning about it, where it still reached this client
            Assert.Contains("sent data", frame.Text, StringComparison.Ordinal);
            frame = await reader.ReadFrameAsync();
        }

        Assert.Equal(1008, CloseStatus(frame));
        Assert.Null(await reader.ReadFrameAsync());
        using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
    }

    [Fact]
    public async Task Broken_frame_from_the_client_ends_the_connection()
    {
        byte[][] broken =
        [
            [0x81, 0x05, .. "plain"u8],
            [0xF1, 0x80, 1, 2, 3, 4],
            [0x83, 0x80, 1, 2, 3, 4],
            [0x89, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4],
        ];
        await using var bridge = await TestBridge.StartAsync(output);
        foreach (var bytes in broken)
        {
            using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            await socket.Http.SendAsync(bytes);
            await socket.Http.ReadToEndAsync();
        }

        using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=fine");
        Assert.Equal("fine 1", (string?)(await next.ReadRecordAsync())["message"]);
    }

    [Fact]
    public async Task Pings_are_answered_with_pongs_between_records()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        for (var i = 0; i < 20; i++)
        {
            var payload = Encoding.ASCII.GetBytes($"ping {i}");
            await socket.SendFrameAsync(Frame.Ping, payload);
            await bridge.PostAsync($"/probe/1/deployment/thing/log?text=n{i}&count=50");
            var (records, pongs) = (0, new List<byte[]>());
            while (records < 50 || pongs.Count == 0)
            {
                var frame = await socket.ReadFrameAsync();
                if (frame.OpCode == Frame.Pong)
                {
                    pongs.Add(frame.Payload);
                }
                else if (frame.OpCode == Frame.TextCode)
                {
                    records++;
                    Assert.Equal($"n{i} {records}", (string?)JsonNode.Parse(frame.Payload)!["message"]);
                }
            }

            Assert.Equal(payload, Assert.Single(pongs));
        }
    }

    [Fact]
    public async Task Close_frame_is_answered_and_the_place_is_free()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await socket.SendFrameAsync(Frame.Close, [0x03, 0xE8]);
        Assert.Equal(1000, CloseStatus((await new RecordReader(socket).ReadFrameAsync())!));
        Assert.True(await socket.Http.IsClosedAsync());
        using var next = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
    }

    [Fact]
    public async Task Stop_sends_the_last_records_and_a_close_frame()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=n&count=2");
        await bridge.StopAsync();
        var reader = new RecordReader(socket);
        Assert.Equal("n 1", await reader.ReadMessageAsync());
        Assert.Equal("n 2", await reader.ReadMessageAsync());

        // before it there may be a record of a request that has its response and has not quite ended
        await Eventually.TrueAsync(async () => await reader.ReadMessageAsync() == "The bridge has stopped.", "the last record");
        Assert.Equal(1001, CloseStatus((await reader.ReadFrameAsync())!));
        Assert.Null(await reader.ReadFrameAsync());
    }

    [Fact]
    public async Task Stop_with_a_hung_client_does_not_take_long()
    {
        await using var bridge = await TestBridge.StartAsync();
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync($"/probe/1/deployment/thing/log?text={new string('h', 60_000)}&count=300");
        await bridge.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using var late = await RawHttp.ConnectAsync(bridge.WebSocketPort);
        });
    }

    private static int CloseStatus(Frame frame)
    {
        Assert.Equal(Frame.Close, frame.OpCode);
        return BinaryPrimitives.ReadUInt16BigEndian(frame.Payload);
    }

    [GeneratedRegex(
        """^\{"time": "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}", "name": "probe_backend", "level": "INFO", "message": "hello 1"\}$""")]
    private static partial Regex ExactRecord();
}
