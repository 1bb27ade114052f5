using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using FleetBridge.Fleet.Link;

namespace FleetBridge.Tests.Unit.Fleet.Link;

/// <summary>Beside the framework's server side of a WebSocket, over pipes.</summary>
public sealed class LoopbackWebSocketTests : IDisposable
{
    private const string Protocol = "p";

    private readonly Pipe _up = new();
    private readonly Pipe _down = new();
    private readonly WebSocket _server;
    private readonly LoopbackWebSocket _client;

    public LoopbackWebSocketTests()
    {
        _server = WebSocket.CreateFromStream(
            new Duplex(_up.Reader.AsStream(), _down.Writer.AsStream()), isServer: true, Protocol, Timeout.InfiniteTimeSpan);
        _client = new LoopbackWebSocket(new Duplex(_down.Reader.AsStream(), _up.Writer.AsStream()), default, Protocol);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")]
    public void Accept_is_that_of_the_specification(string key, string accept) => Assert.Equal(accept, LinkHandshake.AcceptOf(key));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(300_001)]
    public async Task Message_arrives_in_both_directions(int length)
    {
        var message = new byte[length];
        new Random(length).NextBytes(message);
        var sending = _client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Cancellation);
        Assert.Equal(message, (await ReadAsync(_server)).Bytes);
        await sending;
        var responding = _server.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Cancellation);
        var (type, bytes) = await ReadAsync(_client);
        Assert.Equal(WebSocketMessageType.Binary, type);
        Assert.Equal(message, bytes);
        await responding;
    }

    [Fact]
    public async Task Message_in_several_frames_is_one()
    {
        await _server.SendAsync("one "u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false, Cancellation);
        await _server.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: false, Cancellation);
        await _server.SendAsync("two"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancellation);
        var (type, bytes) = await ReadAsync(_client);
        Assert.Equal((WebSocketMessageType.Text, "one two"), (type, Encoding.UTF8.GetString(bytes)));
    }

    [Fact]
    public async Task Ping_is_responded_to()
    {
        await _down.Writer.WriteAsync(new byte[] { 0x89, 2, 7, 8, 0x82, 1, 9 }, Cancellation);
        Assert.Equal([9], (await ReadAsync(_client)).Bytes);
        var read = await _up.Reader.ReadAsync(Cancellation);
        var pong = read.Buffer.FirstSpan.ToArray();
        Assert.Equal([0x8A, 0x82], pong[..2]);
        Assert.Equal([7, 8], new[] { (byte)(pong[6] ^ pong[2]), (byte)(pong[7] ^ pong[3]) });
    }

    [Fact]
    public async Task Close_has_its_code_and_reason_in_both_directions()
    {
        await _server.CloseOutputAsync((WebSocketCloseStatus)4001, "later", Cancellation);
        Assert.Equal(WebSocketMessageType.Close, (await ReadAsync(_client)).Type);
        Assert.Equal((WebSocketCloseStatus)4001, _client.CloseStatus);
        Assert.Equal(("later", WebSocketState.CloseReceived), (_client.CloseStatusDescription, _client.State));
        await _client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "so be it", Cancellation);
        Assert.Equal(WebSocketMessageType.Close, (await ReadAsync(_server)).Type);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "so be it"), (_server.CloseStatus, _server.CloseStatusDescription));
        Assert.Equal(WebSocketState.Closed, _client.State);
        await Assert.ThrowsAsync<WebSocketException>(
            () => _client.SendAsync(new byte[1], WebSocketMessageType.Binary, endOfMessage: true, Cancellation));
    }

    [Theory]
    [InlineData(new byte[] { 0xC2, 0 })]
    [InlineData(new byte[] { 0x82, 0x80, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x80, 0 })]
    [InlineData(new byte[] { 0x83, 0 })]
    [InlineData(new byte[] { 0x09, 0 })]
    [InlineData(new byte[] { 0x89, 126, 0, 126 })]
    [InlineData(new byte[] { 0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0x02, 0, 0x82, 0 })]
    [InlineData(new byte[] { 0x82, 5, 1 })]
    public async Task Server_that_breaks_the_protocol_is_an_error(byte[] sent)
    {
        await _down.Writer.WriteAsync(sent, Cancellation);
        await _down.Writer.CompleteAsync();
        await Assert.ThrowsAsync<WebSocketException>(() => ReadAsync(_client));
    }

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReadAsync(WebSocket socket)
    {
        var bytes = new List<byte>();
        var buffer = new byte[10_000];
        var part = await socket.ReceiveAsync(Memory<byte>.Empty, Cancellation);
        while (part.MessageType != WebSocketMessageType.Close && !part.EndOfMessage)
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(), Cancellation);
            bytes.AddRange(buffer.AsSpan(0, part.Count));
        }

        return (part.MessageType, [.. bytes]);
    }

    private sealed class Duplex(Stream reads, Stream writes) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => writes.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => writes.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => reads.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            reads.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => writes.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            writes.WriteAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
