using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FleetBridge.Fleet.Host;
using FleetBridge.Fleet.Link;
using FleetBridge.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FleetBridge.Tests.Functional.Fleet.Link;

public sealed class LinkOverTcpTests
{
    private const int Messages = 20_000;

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("stall up")]
    [InlineData("stall down")]
    [InlineData("delay")]
    public async Task Nothing_is_lost_doubled_or_reordered(string harm)
    {
        await using var port = await LinkPort.OpenAsync();
        port.Start();
        await port.ConnectedAsync();
        var server = port.Server.Find("w1")!;
        var sending = Task.WhenAll(SendAsync(port.Client.Server), SendAsync(server));
        for (var i = 1; i <= 4; i++)
        {
            var enough = Messages * i / 6;
            await Eventually.TrueAsync(() => port.ServerHandler.Count >= enough, "more has come");
            await HarmAsync(port, harm);
        }

        port.Wire.Delay = TimeSpan.Zero;
        await sending;
        await Eventually.TrueAsync(
            () => port.ServerHandler.Count >= Messages && port.ClientHandler.Count >= Messages
                && port.Client.Status.Unacknowledged + server.Status.Unacknowledged == 0,
            "all have come");
        Assert.Equal((null, null), (port.ServerHandler.Problem, port.ClientHandler.Problem));
        Assert.Equal((Messages, Messages), (port.ServerHandler.Count, port.ClientHandler.Count));
        Assert.Equal(harm == "delay" ? 1 : 5, port.ClientHandler.Sessions);
    }

    [Fact]
    public async Task Server_that_stops_closes_with_the_code_of_a_restart()
    {
        await using var port = await LinkPort.OpenAsync();
        port.Start();
        await port.ConnectedAsync();
        port.Server.CloseAll();
        await Eventually.TrueAsync(() => port.ClientHandler.LastEnd is not null, "it is closed");
        Assert.Equal(LinkCloseCode.ServiceRestart, port.ClientHandler.LastEnd!.Code);
        await Eventually.TrueAsync(
            () => port.Client.Status.LastEnd!.Contains("503", StringComparison.Ordinal), "the server takes no new connection meanwhile");
    }

    [Theory]
    [InlineData(401)]
    [InlineData(410)]
    public async Task Refusal_at_the_upgrade_ends_the_link(int status)
    {
        await using var port = await LinkPort.OpenAsync();
        port.Responds = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        port.Start();
        var exception = await Assert.ThrowsAsync<LinkException>(() => port.Running);
        Assert.Equal((status, 1), (exception.Code, port.Wire.Count));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("999999999", 3600)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_read(string value, int? seconds)
    {
        await using var port = await LinkPort.OpenAsync();
        port.Responds = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = value;
            return Task.CompletedTask;
        };
        var options = new LinkOptions { Uri = new Uri($"ws://127.0.0.1:{port.Number}/worker") };
        var connector = new LoopbackConnector(options, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<LinkConnectException>(
            () => connector.ConnectAsync(new LinkPosition(null, 0), TestContext.Current.CancellationToken));
        Assert.Equal((503, seconds), (failure.Status, (int?)failure.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Retry_after_is_read_over_tls_too()
    {
        using var folder = new TemporaryFolder();
        var certificate = new HostCertificate(folder["certificate.pem"], TimeProvider.System, NullLogger.Instance);
        await using var port = await LinkPort.OpenAsync(tls: await certificate.PrepareAsync());
        using var kept = X509CertificateLoader.LoadCertificateFromFile(certificate.Path);
        port.Responds = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "7";
            return Task.CompletedTask;
        };
        var options = new LinkOptions
        {
            Uri = new Uri($"wss://127.0.0.1:{port.Number}/worker"),
            PinnedFingerprint = WebSocketConnector.FingerprintOf(kept),
        };
        var connector = new WebSocketConnector(options, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<LinkConnectException>(
            () => connector.ConnectAsync(new LinkPosition(null, 0), TestContext.Current.CancellationToken));
        Assert.Equal((503, 7), (failure.Status, failure.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Response_that_is_no_handshake_is_refused()
    {
        await using var port = await LinkPort.OpenAsync();
        port.Responds = context =>
        {
            context.Response.StatusCode = 101;
            context.Response.Headers.Upgrade = "websocket";
            context.Response.Headers.SecWebSocketAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
            context.Response.Headers.SecWebSocketProtocol = LinkHeaders.Protocol;
            return Task.CompletedTask;
        };
        var options = new LinkOptions { Uri = new Uri($"ws://127.0.0.1:{port.Number}/worker") };
        var connector = new LoopbackConnector(options, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<LinkConnectException>(
            () => connector.ConnectAsync(new LinkPosition(null, 0), TestContext.Current.CancellationToken));
        Assert.Contains("no WebSocket handshake", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Machine_without_a_server_is_told_apart(bool isLoopback)
    {
        var options = new LinkOptions { Uri = new Uri($"ws://127.0.0.1:{FreePorts.Take()}/worker") };
        ILinkConnector connector = isLoopback
            ? new LoopbackConnector(options, TimeProvider.System)
            : new WebSocketConnector(options, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<LinkConnectException>(
            () => connector.ConnectAsync(new LinkPosition(null, 0), TestContext.Current.CancellationToken));
        Assert.True(failure.IsNobodyThere);
    }

    [Fact]
    public async Task Pinned_certificate_is_the_only_one_that_is_trusted()
    {
        using var folder = new TemporaryFolder();
        var certificate = new HostCertificate(folder["certificate.pem"], TimeProvider.System, NullLogger.Instance);
        await using var port = await LinkPort.OpenAsync(tls: await certificate.PrepareAsync());
        using var kept = X509CertificateLoader.LoadCertificateFromFile(certificate.Path);
        port.Connect("wss", kept.GetCertHashString(HashAlgorithmName.SHA256));
        port.Start();
        await port.ConnectedAsync();

        var other = new WebSocketConnector(
            new LinkOptions { Uri = new Uri($"wss://127.0.0.1:{port.Number}/worker"), PinnedFingerprint = new string('A', 64) }, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<LinkConnectException>(
            () => other.ConnectAsync(new LinkPosition(null, 0), TestContext.Current.CancellationToken));
        Assert.Contains(new string('A', 64), failure.Message, StringComparison.Ordinal);
        Assert.Contains(kept.GetCertHashString(HashAlgorithmName.SHA256), failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", WebSocketCloseStatus.ProtocolError)]
    [InlineData("rubbish", WebSocketCloseStatus.ProtocolError)]
    [InlineData("acknowledgement of nothing", WebSocketCloseStatus.ProtocolError)]
    [InlineData("hole", WebSocketCloseStatus.ProtocolError)]
    [InlineData("huge", WebSocketCloseStatus.MessageTooBig)]
    public async Task Peer_that_breaks_the_protocol_is_closed(string what, WebSocketCloseStatus expected)
    {
        await using var port = await LinkPort.OpenAsync(new LinkTimes());
        var cancellation = TestContext.Current.CancellationToken;
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(LinkHeaders.Protocol);
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port.Number}/worker"), cancellation);
        var frame = new byte[what == "huge" ? LinkFrame.Largest + 100_000 : 17];
        frame[9] = 1;
        (frame[0], frame[1], frame[9]) = what switch
        {
            "rubbish" => ((byte)9, (byte)0, (byte)1),
            "acknowledgement of nothing" => ((byte)0, (byte)5, (byte)1),
            _ => ((byte)0, (byte)0, (byte)2),
        };
        if (what == "hole")
        {
            frame = [.. frame, 1, 0, 0, 0, 0, 0, 0, 0];
        }

        var kind = what == "text" ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var sending = socket.SendAsync(frame, kind, endOfMessage: true, cancellation);
        var received = await socket.ReceiveAsync(new byte[100], cancellation);
        Assert.Equal((WebSocketMessageType.Close, expected), (received.MessageType, received.CloseStatus));
        Assert.Equal(0, port.ServerHandler.Count);
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task HarmAsync(LinkPort port, string harm)
    {
        var sessions = port.ClientHandler.Sessions;
        switch (harm)
        {
            case "cut":
                port.Wire.Cut();
                break;
            case "reset":
                port.Wire.Reset();
                break;
            case "stall up":
                port.Wire.LosesUp = true;
                await Eventually.TrueAsync(() => port.ServerHandler.LastEnd is not null || !port.Client.Status.IsConnected, "it is noticed");
                port.Wire.LosesUp = false;
                port.Wire.Cut();
                break;
            case "stall down":
                port.Wire.LosesDown = true;
                await Eventually.TrueAsync(() => !port.Client.Status.IsConnected, "it is noticed");
                port.Wire.LosesDown = false;
                break;
            default:
                port.Wire.Delay = TimeSpan.FromMilliseconds(15);
                return;
        }

        await Eventually.TrueAsync(() => port.ClientHandler.Sessions > sessions, "it is connected again");
    }

    private static async Task SendAsync(LinkPeer peer)
    {
        for (var i = 0L; i < Messages; i++)
        {
            await peer.SendAsync(1, BitConverter.GetBytes(i));
        }
    }
}
