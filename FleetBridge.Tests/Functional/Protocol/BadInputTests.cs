using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Protocol;

/// <summary>Whatever is sent to the port of the requests, the next one is answered.</summary>
public sealed class BadInputTests(SharedBridge shared) : IClassFixture<SharedBridge>
{
    private readonly TestBridge _bridge = shared.Bridge;

    public static TheoryData<string> Garbage => new()
    {
        "\0\0\0\0\0\0\0\0\r\n\r\n",
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003 a TLS client's hello\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "GET\r\n\r\n",
        "POST /probe/1/metadata\r\n\r\n",
        "POST /probe/1/metadata HTTP/9.9\r\nHost: localhost\r\n\r\n",
        "POST probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /probe/1/metadata HTTP/1.1\r\nHost localhost\r\n\r\n",
        "POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
        "POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n",
        "POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /probe/1/metadata?text=a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "{\"Overall Result\": \"True\"}\r\n\r\n",
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_is_refused_and_its_connection_closed(string text)
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(text);
        Assert.True((await raw.ReadResponseAsync()).Status is 400 or 505);
        Assert.True(await raw.IsClosedAsync());
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Http_2_client_is_disconnected()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

        // after a GOAWAY frame (RFC 9113, section 6.8)
        await raw.Stream.CopyToAsync(Stream.Null).WaitAsync(Eventually.Limit);
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Random_bytes_do_no_harm()
    {
        var random = new Random(20_261_105);
        for (var i = 0; i < 50; i++)
        {
            using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
            var bytes = new byte[random.Next(1, 4_096)];
            random.NextBytes(bytes);
            await raw.SendAsync([.. bytes, .. "\r\n\r\n"u8]);
            raw.Reset();
        }

        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Request_line_of_a_mebibyte_is_414()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        var sending = raw.SendAsync(
            RawHttp.EngineRequest(_bridge.HttpPort, $"/probe/1/metadata?text={new string('x', 1024 * 1024)}"));
        Assert.StartsWith("HTTP/1.1 414 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Same(sending, await Task.WhenAny(sending, Task.Delay(Eventually.Limit)));
        _ = sending.Exception;
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Headers_without_end_are_431()
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync("POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n");
        await raw.SendAsync(string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: x\r\n")));
        Assert.StartsWith("HTTP/1.1 431 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Five_hundred_silent_connections_do_not_keep_others_from_being_answered()
    {
        var silent = new List<RawHttp>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                silent.Add(await RawHttp.ConnectAsync(i % 5 == 0 ? _bridge.WebSocketPort : _bridge.HttpPort));
            }

            await AssertAnswersAsync();
            using var socket = await RawWebSocket.ConnectAsync(_bridge.WebSocketPort);

            // and none of them was closed to make room
            await silent[1].SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, "/probe/1/metadata"));
            Assert.Equal(200, (await silent[1].ReadResponseAsync()).Status);
        }
        finally
        {
            silent.ForEach(raw => raw.Dispose());
        }

        await AssertAnswersAsync();
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC3, 0xA4 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0x00 })]
    public async Task Bytes_that_no_target_may_have_are_400(byte[] bytes)
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(
            [.. "POST /probe/1/config?text="u8, .. bytes, .. " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"u8]);
        Assert.StartsWith("HTTP/1.1 400 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        await AssertAnswersAsync();
    }

    [Fact]
    public async Task Query_of_ten_thousand_keys_is_400_with_json()
    {
        var query = string.Join('&', Enumerable.Range(0, 10_000).Select(i => $"k{i}=v"));
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, $"/probe/1/deployment/thing/check?{query}"));
        var response = await raw.ReadResponseAsync();
        Assert.Equal(400, response.Status);
        Assert.Contains("1000 parameters", (string?)response.Json["Error"], StringComparison.Ordinal);

        // it was read to its end: the connection continues
        await raw.SendAsync(RawHttp.EngineRequest(_bridge.HttpPort, "/probe/1/metadata"));
        Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Unknown_keys_by_the_hundred_are_named_in_part()
    {
        var query = string.Join('&', Enumerable.Range(0, 900).Select(i => $"k{i}=v"));
        var response = await RawHttp.PostAsync(_bridge.HttpPort, $"/probe/1/deployment/thing/check?{query}");
        Assert.Equal("Invalid Settings", (string?)response.Json["Overall Result"]);
        Assert.InRange(((string?)response.Json["Error"])!.Length, 50, 1_000);
    }

    [Fact]
    public async Task Path_of_a_hundred_thousand_segments_is_404_with_a_short_error()
    {
        var response = await RawHttp.PostAsync(
            _bridge.HttpPort, "/probe/1" + string.Concat(Enumerable.Repeat("/x", 100_000)));
        Assert.Equal(404, response.Status);
        Assert.InRange(response.Body.Length, 10, 2_000);
    }

    [Theory]
    [InlineData("Content-Length: 104857600")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Body_too_large_is_413_with_json_and_is_not_read(string header)
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        await raw.SendAsync($"POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n");
        if (header.StartsWith("Transfer", StringComparison.Ordinal))
        {
            var chunk = $"10000\r\n{new string('x', 0x10000)}\r\n";
            await raw.SendAsync(chunk + chunk);
        }

        var response = await raw.ReadResponseAsync();
        Assert.Equal(413, response.Status);
        Assert.Equal("False", (string?)response.Json["Overall Result"]);
        Assert.True(await raw.IsClosedAsync());
        await AssertAnswersAsync();
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task Small_body_is_read_and_ignored(string rest)
    {
        using var raw = await RawHttp.ConnectAsync(_bridge.HttpPort);
        for (var i = 0; i < 2; i++)
        {
            await raw.SendAsync($"POST /probe/1/metadata HTTP/1.1\r\nHost: localhost\r\n{rest}");
            Assert.Equal(200, (await raw.ReadResponseAsync()).Status);
        }
    }

    private async Task AssertAnswersAsync()
    {
        var response = await RawHttp.PostAsync(_bridge.HttpPort, "/probe/1/deployment/thing/check");
        Assert.Equal("True", (string?)response.Json["Overall Result"]);
    }
}
