using FleetBridge.Core.Security;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Security;

/// <summary>Which pages of this machine the log's WebSocket lets in, on the wire.</summary>
public sealed class LogOriginTests(ITestOutputHelper output) : CliTest
{
    [Theory]
    [InlineData("Origin: http://localhost\r\n", 101)]
    [InlineData("", 101)]
    [InlineData("Origin: http://localhost:3000\r\n", 403)]
    [InlineData("Origin: http://localhost:8765\r\n", 403)]
    [InlineData("Origin: https://localhost\r\n", 403)]
    [InlineData("Origin: http://127.0.0.1\r\n", 403)]
    [InlineData("Origin: http://[::1]:5173\r\n", 403)]
    [InlineData("Origin: http://localhost\r\nOrigin: http://localhost:3000\r\n", 403)]
    public async Task Only_the_engine_and_programs_read_the_log(string origin, int status)
    {
        await using var bridge = await TestBridge.StartAsync(output);
        await AssertAsync(bridge, origin, status);
    }

    [Theory]
    [InlineData("Origin: http://localhost:3000\r\n", 101)]
    [InlineData("Origin: http://localhost\r\n", 101)]
    [InlineData("Origin: http://localhost:3001\r\n", 403)]
    [InlineData("Origin: http://127.0.0.1:3000\r\n", 403)]
    public async Task Page_that_the_user_names_does_too(string origin, int status)
    {
        await using var bridge = await TestBridge.StartAsync(output, logOrigins: new LogOrigins(["http://localhost:3000"]));
        await AssertAsync(bridge, origin, status);
    }

    [Fact]
    public async Task Option_names_pages()
    {
        await using var serving = await ServingProcess.StartOnFreePortsAsync(
            State, "--allow-origin", "http://localhost:3000/", "--allow-origin", "https://127.0.0.1:8443");
        Assert.Equal(101, await StatusAsync(serving.WebSocketPort, "Origin: https://127.0.0.1:8443\r\n"));
        Assert.Equal(403, await StatusAsync(serving.WebSocketPort, "Origin: http://localhost:3001\r\n"));
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("*")]
    [InlineData("localhost:3000")]
    [InlineData("http://localhost:3000/page")]
    public async Task Page_of_another_machine_cannot_be_named(string origin) =>
        AssertRefused(await RunAsync("serve", "--allow-origin", origin), 2, "is not a page of this machine");

    private static async Task AssertAsync(TestBridge bridge, string origin, int status)
    {
        Assert.Equal(status, await StatusAsync(bridge.WebSocketPort, origin));
        if (status == 403)
        {
            // and who was refused does not hold the one place
            using var engine = await RawWebSocket.ConnectAsync(bridge.WebSocketPort);
            await Eventually.TrueAsync(
                () => bridge.ReadLogFile().Contains("may not read the log", StringComparison.Ordinal), "the refusal is logged");
        }
    }

    private static async Task<int> StatusAsync(int port, string origin)
    {
        using var raw = await RawHttp.ConnectAsync(port);
        await raw.SendAsync(RawWebSocket.EngineUpgrade().Replace("Origin: http://localhost\r\n", origin, StringComparison.Ordinal));
        return int.Parse((await raw.ReadHeadAsync()).Split(' ')[1], null);
    }
}
