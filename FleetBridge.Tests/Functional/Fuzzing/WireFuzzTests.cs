using System.Text;
using FleetBridge.Core.Scripting;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fuzzing;

/// <summary>Bytes on both ports, and scripts: the bridge responds or hangs up, and goes on serving.</summary>
public sealed class WireFuzzTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(20);

    private readonly TestBridge _bridge = shared.Bridge;

    [Fact]
    public async Task Requests()
    {
        await Fuzz.RunAsync(
            [
                RawHttp.EngineRequest(8000, "/probe/1/metadata"),
                RawHttp.EngineRequest(8000, "/probe/1/config?text=\"C%3A%5CGames\"&prefix=x"),
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "POST /probe/1/config HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
            ],
            input => SendAsync(_bridge.HttpPort, [], input));
        await AssertServesAsync();
    }

    [Fact]
    public async Task Frames_of_a_log_client()
    {
        var upgrade = Encoding.ASCII.GetBytes(RawWebSocket.EngineUpgrade());
        await Fuzz.RunAsync(
            [
                "\u0009\u0000\u0001\u0002\u0003\u0004",
                "\u0001\u0005\u0001\u0002\u0003\u0004hello",
                "\u0008\u0002\u0001\u0002\u0003\u0004\u0003\u00e8",
                RawWebSocket.EngineUpgrade(),
            ],
            async input =>
            {
                // as frames: the first bit of both bytes says that they are whole, and masked
                var frame = input.ToArray();
                for (var i = 0; i < Math.Min(2, frame.Length); i++)
                {
                    frame[i] |= (byte)(input.Length % 3 == 0 ? 0 : 0x80);
                }

                await SendAsync(_bridge.WebSocketPort, input.Length % 5 == 0 ? [] : upgrade, frame);
            });
        await AssertServesAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using var raw = await RawHttp.ConnectAsync(_bridge.WebSocketPort);
                await raw.SendAsync(RawWebSocket.EngineUpgrade());
                return (await raw.ReadHeadAsync()).StartsWith("HTTP/1.1 101", StringComparison.Ordinal);
            },
            "the log has a place for the next client");
    }

    [Fact]
    public void Heads_of_scripts()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["other.csx"], "var other = 1;");
        Fuzz.Run(
            [
                "#!/usr/bin/env -S fleetbridge script\n#load \"other.csx\"\n#r \"System.Text.Json\"\nreturn other;",
                "#load \"main.csx\"\n#r \"nothing.dll\"\n#nullable enable\n1",
            ],
            input =>
            {
                File.WriteAllBytes(folder["main.csx"], input);
                try
                {
                    Assert.NotNull(ScriptCompiler.Compile(folder["main.csx"], globals: null, out _, CancellationToken.None));
                }
                catch (ScriptException exception)
                {
                    Assert.Contains("error", exception.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain("The compiler failed", exception.Message, StringComparison.Ordinal);
                }
            });
    }

    private static async Task SendAsync(int port, byte[] first, byte[] input)
    {
        using var raw = await RawHttp.ConnectAsync(port);
        try
        {
            await raw.SendAsync([.. first, .. input]);
            using var limit = new CancellationTokenSource(Silence);
            var answer = new byte[64 * 1024];
            while (await raw.Stream.ReadAsync(answer, limit.Token) is > 0 and var count)
            {
                Assert.DoesNotContain(" 500 ", Encoding.Latin1.GetString(answer, 0, Math.Min(count, 20)), StringComparison.Ordinal);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // it was refused, or it is no whole request
        }
    }

    private async Task AssertServesAsync()
    {
        Assert.Equal(200, (await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/metadata")).Status);
        Assert.DoesNotContain("A bug in FleetBridge", _bridge.ReadLogFile(), StringComparison.Ordinal);
    }
}
