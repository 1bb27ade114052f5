using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Fleet.ServerSdk;

/// <summary>What no SDK sends, and what one sends by mistake: each is answered in words, and the connection goes on.</summary>
public sealed class BadMessageTests(ITestOutputHelper output) : IAsyncLifetime
{
    private TestHost _host = null!;

    public static TheoryData<string, string> Messages => new()
    {
        { "", "not JSON" },
        { "hello", "not JSON" },
        { "{", "not JSON" },
        { "{\"Action\":\"HeartbeatServerProcess\",}", "not JSON" },
        { "null", "JSON object" },
        { "[]", "JSON object" },
        { "17", "JSON object" },
        { "{}", "no Action" },
        { """{"Action":17,"RequestId":"r"}""", "Action must be a text" },
        { """{"Action":"HeartbeatServerProcess","RequestId":{}}""", "RequestId must be a text" },
        { """{"Action":"Dance","RequestId":"r"}""", "no action 'Dance'" },
        { """{"Action":"HeartbeatServerProcess","RequestId":"r"}""", "needs HealthStatus" },
        { """{"Action":"HeartbeatServerProcess","RequestId":"r","HealthStatus":"yes"}""", "HealthStatus must be true or false" },
        { """{"Action":"ActivateServerProcess","RequestId":"r","Port":"7777"}""", "Port must be a whole number" },
        { """{"Action":"ActivateServerProcess","RequestId":"r","Port":1e99}""", "Port must be a whole number" },
        { """{"Action":"ActivateServerProcess","RequestId":"r","Port":70000}""", "no port" },
        { """{"Action":"ActivateServerProcess","RequestId":"r","LogPaths":"a.log"}""", "LogPaths must be a list" },
        { """{"Action":"ActivateServerProcess","RequestId":"r","LogPaths":[1]}""", "LogPaths must be a list" },
        { """{"Action":"ActivateGameSession","RequestId":"r"}""", "needs GameSessionId" },
        { """{"Action":"ActivateGameSession","RequestId":"r","GameSessionId":""}""", "needs GameSessionId" },
        { """{"Action":"ActivateGameSession","RequestId":"r","GameSessionId":"arn:none"}""", "arn:none" },
        { """{"Action":"ActivateGameSession","GameSessionId":"arn:none"}""", "no RequestId" },
        { """{"Action":"AcceptPlayerSession","RequestId":"r","GameSessionId":"g"}""", "needs PlayerSessionId" },
        { """{"Action":"AcceptPlayerSession","RequestId":"r","GameSessionId":"g","PlayerSessionId":"psess-none"}""", "psess-none" },
        { """{"Action":"UpdatePlayerSessionCreationPolicy","RequestId":"r","GameSessionId":"g","PlayerSessionPolicy":"MAYBE"}""", "ACCEPT_ALL or DENY_ALL" },
        { """{"Action":"UpdatePlayerSessionCreationPolicy","RequestId":"r","GameSessionId":"g","PlayerSessionPolicy":"1"}""", "ACCEPT_ALL or DENY_ALL" },
        { """{"Action":"DescribePlayerSessions","RequestId":"r"}""", "exactly one" },
        { """{"Action":"DescribePlayerSessions","RequestId":"r","PlayerId":"a","GameSessionId":"g"}""", "exactly one" },
        { """{"Action":"DescribePlayerSessions","RequestId":"r","GameSessionId":"g"}""", "g" },
        { """{"Action":"DescribePlayerSessions","RequestId":"r","PlayerId":"a","NextToken":"bm9uZQ=="}""", "NextToken" },
        { """{"Action":"DescribePlayerSessions","RequestId":"r","PlayerId":"a","NextToken":"???"}""", "NextToken" },
        { """{"Action":"StartMatchBackfill","RequestId":"r","GameSessionArn":"g","MatchmakingConfigurationArn":"m"}""", "g" },
        { "{\"Action\":\"ActivateGameSession\",\"RequestId\":\"r\",\"GameSessionId\":\"" + new string('x', 3000) + "\"}", "longer than 2048" },
        { "{\"Action\":\"A\\ud800\",\"RequestId\":\"r\"}", "half a character" },
        { "{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}", "not JSON" },
    };

    public async ValueTask InitializeAsync() => _host = await TestHost.StartAsync(output);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Messages))]
    public async Task Bad_message_is_answered_in_words_and_the_connection_goes_on(string message, string words)
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        await using var socket = await SdkSocket.ConnectAsync(
            _host.Host.HttpPort, "/?pID=other&ComputeId=local&FleetId=fleet-local", tls: false);
        await socket.SendAsync(message);
        using var limit = new CancellationTokenSource(Eventually.Limit);
        var answer = JsonNode.Parse(await socket.Messages.ReadAsync(limit.Token))!.AsObject();
        Assert.True((int)answer["StatusCode"]! is 400 or 404, answer.ToJsonString());
        Assert.Contains(words, (string?)answer["ErrorMessage"], StringComparison.Ordinal);
        await socket.SendAsync("""{"Action":"GetComputeCertificate","RequestId":"next"}""");
        Assert.Equal("next", (string?)JsonNode.Parse(await socket.Messages.ReadAsync(limit.Token))!["RequestId"]);
        await server.BeatAsync();
    }

    [Fact]
    public async Task Names_are_read_in_any_case_and_nulls_are_absent()
    {
        await using var server = await _host.Server(SdkDialect.CSharp).ReadyAsync();
        await server.Socket.SendAsync("""{"action":"heartbeatserverprocess","requestid":"r","healthstatus":true,"Other":[{"deep":{}}],"Limit":null}""");
        await server.BeatAsync();
        Assert.True(_host.FindProcess(server.ProcessId)!.HeartbeatSeen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task Message_that_is_too_large_closes_its_connection_with_1009(int megabytes)
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        await using var bystander = await _host.Server(SdkDialect.Cpp).ReadyAsync();
        var payload = new byte[(megabytes * 1024 * 1024) + 1];
        Array.Fill(payload, (byte)' ');
        try
        {
            await server.Socket.SendFrameAsync(Frame.TextCode, payload);
        }
        catch (IOException)
        {
            // the host has closed before it was sent
        }

        await server.Socket.Ended.WaitAsync(Eventually.Limit);
        Assert.Equal([1009], server.Socket.CloseCodes);
        await bystander.BeatAsync();
    }

    [Fact]
    public async Task Message_in_pieces_is_one_message()
    {
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        var text = Encoding.UTF8.GetBytes("""{"Action":"GetComputeCertificate","RequestId":"pieces"}""");
        await using var socket = await SdkSocket.ConnectAsync(
            _host.Host.HttpPort, "/?pID=other&ComputeId=local&FleetId=fleet-local", tls: false);
        await socket.SendFrameAsync(Frame.TextCode, text.AsMemory(0, 5), isLast: false);
        await socket.PingAsync(FakeServer.PingLimit);
        foreach (var letter in text[5..^1])
        {
            await socket.SendFrameAsync(0, new[] { letter }, isLast: false);
        }

        await socket.SendFrameAsync(0, text.AsMemory(text.Length - 1));
        using var limit = new CancellationTokenSource(Eventually.Limit);
        Assert.Contains("pieces", await socket.Messages.ReadAsync(limit.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_of_messages_at_once_are_answered_in_order()
    {
        await using var socket = await SdkSocket.ConnectAsync(
            _host.Host.TlsPort, "/?pID=other&ComputeId=local&FleetId=fleet-local", tls: true);
        for (var i = 0; i < 500; i++)
        {
            await socket.SendAsync($$"""{"Action":"GetComputeCertificate","RequestId":"r{{i}}"}""");
        }

        using var limit = new CancellationTokenSource(Eventually.Limit);
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal($"r{i}", (string?)JsonNode.Parse(await socket.Messages.ReadAsync(limit.Token))!["RequestId"]);
        }
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_closes_the_connection_alone()
    {
        await using var bystander = await _host.Server(SdkDialect.Go).ReadyAsync();
        await using var server = await _host.Server(SdkDialect.Go).ReadyAsync();
        await server.Socket.SendFrameAsync(Frame.TextCode, new byte[] { (byte)'{', 0xFF, 0xFE, (byte)'}' });
        try
        {
            await server.Socket.SendFrameAsync(7, new byte[] { 1 });
        }
        catch (IOException)
        {
            // the host has closed the connection already
        }

        await server.Socket.Ended.WaitAsync(Eventually.Limit);
        await bystander.BeatAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_hold_up_nobody()
    {
        var silent = new List<System.Net.Sockets.TcpClient>();
        try
        {
            for (var i = 0; i < 400; i++)
            {
                var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync(System.Net.IPAddress.Loopback, i % 2 == 0 ? _host.Host.TlsPort : _host.Host.HttpPort);
                silent.Add(client);
            }

            await using var server = await _host.Server(SdkDialect.CSharp, tls: true).ReadyAsync();
            await server.BeatAsync();
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Flood_of_upgrades_leaves_the_newest_connection()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, cancellation) =>
        {
            await using var socket = await SdkSocket.ConnectAsync(
                _host.Host.HttpPort, "/?pID=flood&ComputeId=local&FleetId=fleet-local", tls: false);
        });
        await Eventually.TrueAsync(() => _host.FindProcess("flood") is { IsConnected: false } && _host.Host.Servers.Count == 0, "all are gone");
        await using var server = new FakeServer(SdkDialect.Go, _host.Host.HttpPort, tls: false) { ProcessId = "flood" };
        await server.ReadyAsync();
        Assert.True(_host.FindProcess("flood")!.IsConnected);
    }
}
