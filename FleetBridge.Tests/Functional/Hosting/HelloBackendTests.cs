using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Hosting;

/// <summary>The sample that a newcomer starts from.</summary>
public sealed class HelloBackendTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Greeting_is_created_then_checked_and_lost_with_its_generation()
    {
        using var root = new TemporaryFolder();
        var folder = root.CopyOf(Path.Combine(Repository.HelloRoot, "hello", "1"), "hello", "1");
        await using var bridge = await TestBridge.StartAsync(output, [root.Path]);
        using var socket = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);

        var (status, json) = await bridge.PostAsync("/hello/1/deployment/greeting/check");
        Assert.Equal(200, status);
        Assert.Equal("False", (string?)json["Overall Result"]);
        Assert.StartsWith("Nobody has been greeted yet.", (string?)json["Error"], StringComparison.Ordinal);
        Assert.Contains("Nobody has been greeted yet. Create the greeting first.", await NextAsync(socket), StringComparison.Ordinal);

        Assert.Equal("Hello, Ada!", (string?)(await bridge.DetailsAsync("/hello/1/deployment/greeting_create?prefix=Ada"))["Greeting"]);
        Assert.Equal("INFO hello Hello, Ada!", await NextAsync(socket));
        Assert.Equal("Hello, Ada!", (string?)(await bridge.DetailsAsync("/hello/1/deployment/greeting/check"))["Greeting"]);
        Assert.Equal("Hello, world!", (string?)(await bridge.DetailsAsync("/hello/1/deployment/greeting/create"))["Greeting"]);

        var metadata = await bridge.DetailsAsync("/hello/1/metadata");
        Assert.Equal("Hello", (string?)metadata["Fleet Type"]);
        Assert.Equal("world", (string?)(await bridge.PostAsync("/hello/1/config")).Json["prefix"]);

        File.SetLastWriteTimeUtc(Path.Combine(folder, "HelloBackend.dll"), DateTime.UnixEpoch.AddDays(1));
        (_, json) = await bridge.PostAsync("/hello/1/deployment/greeting/check");
        Assert.Equal("False", (string?)json["Overall Result"]);
        await bridge.OldGenerationsGoneAsync();
    }

    private static async Task<string> NextAsync(RawWebSocket socket)
    {
        var record = await socket.ReadRecordAsync();
        return $"{record["level"]} {record["name"]} {record["message"]}";
    }
}
