using FleetBridge.Tests.Support;
using Xunit.Abstractions;

namespace FleetBridge.Tests.Logs;

public sealed class LogSocketTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Engine_client_on_double_slash_reads_a_backends_record()
    {
        await using var bridge = await TestBridge.StartAsync(output);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
        await bridge.PostAsync("/probe/1/deployment/thing/log?text=hello");
        var record = await socket.ReadRecordAsync();
        Assert.Equal(["time", "name", "level", "message"], record.Select(member => member.Key));
        Assert.Equal("probe", (string?)record["name"]);
        Assert.Equal("hello 1", (string?)record["message"]);
    }
}
