using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;

namespace FleetBridge.Tests.Support;

/// <summary>
/// A game server's WebSocket, frame by frame (RFC 6455): the request target goes out as it is, pings are sent when the test says so,
/// and what the host does is seen as it does it.
/// </summary>
internal sealed class SdkSocket : IAsyncDisposable
{
    private readonly TcpClient _client;
    private readonly Stream _stream;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private TaskCompletionSource _pong = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SdkSocket(TcpClient client, Stream stream)
    {
        (_client, _stream) = (client, stream);
        _reading = ReadAsync();
    }

    /// <summary>The messages of the host, until the connection has ended.</summary>
    public ChannelReader<string> Messages => _messages.Reader;

    /// <summary>The codes of the host's close frames, in order.</summary>
    public List<int> CloseCodes { get; } = [];

    /// <summary>Completes when the connection has ended, however.</summary>
    public Task Ended => _reading;

    /// <summary>Whether a close frame is answered with one, as RFC 6455 has it.</summary>
    public bool AnswersClose { get; set; } = true;

    /// <summary>Connects.</summary>
    /// <param name="port">The host's port.</param>
    /// <param name="target">The request target, raw.</param>
    /// <param name="tls">Whether the port has TLS.</param>
    /// <param name="verify">Decides about the certificate; null to take any, as the SDKs for C++ and C# do.</param>
    /// <param name="protocols">The versions of TLS; the SDKs for C++ and C# know 1.2 only.</param>
    /// <exception cref="SdkRefusedException">The host refused the upgrade.</exception>
    public static async Task<SdkSocket> ConnectAsync(
        int port,
        string target,
        bool tls,
        RemoteCertificateValidationCallback? verify = null,
        SslProtocols protocols = SslProtocols.Tls12,
        string headers = "")
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            Stream stream = client.GetStream();
            if (tls)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = protocols,
                    RemoteCertificateValidationCallback = verify ?? ((_, certificate, _, _) => certificate is not null),
                });
                stream = secure;
            }

            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(
                $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + $"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"));
            var head = await ReadHeadAsync(stream);
            return head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal)
                ? new SdkSocket(client, stream)
                : throw new SdkRefusedException(int.Parse(head.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), head);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends a text in one frame.</summary>
    public Task SendAsync(string text) => SendFrameAsync(Frame.TextCode, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a ping and waits for its pong.</summary>
    public async Task PingAsync(TimeSpan limit)
    {
        _pong = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendFrameAsync(Frame.Ping, new byte[] { 1, 2, 3 });
        await _pong.Task.WaitAsync(limit);
    }

    /// <summary>Begins to close.</summary>
    public Task CloseAsync(int code) => SendFrameAsync(Frame.Close, CodeBytes(code));

    /// <summary>Sends a masked frame.</summary>
    /// <param name="isLast">Whether it ends its message.</param>
    public async Task SendFrameAsync(int opCode, ReadOnlyMemory<byte> payload, bool isLast = true)
    {
        // a mask of zeros leaves the payload as it is
        var frame = new byte[14 + payload.Length];
        frame[0] = (byte)((isLast ? 0x80 : 0) | opCode);
        var start = 2;
        if (payload.Length < 126)
        {
            frame[1] = (byte)(0x80 | payload.Length);
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
            start = 4;
        }
        else
        {
            frame[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
            start = 10;
        }

        payload.CopyTo(frame.AsMemory(start + 4));
        await _sending.WaitAsync();
        try
        {
            await _stream.WriteAsync(frame.AsMemory(0, start + 4 + payload.Length));
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Ends the connection as a crash does.</summary>
    public void Abort()
    {
        try
        {
            _client.Client.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException or NullReferenceException)
        {
            // it has ended by itself
        }

        _client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _reading;
    }

    private static byte[] CodeBytes(int code) => [(byte)(code >> 8), (byte)code];

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
            {
                throw new IOException($"The host closed the connection: {head}");
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task ReadAsync()
    {
        try
        {
            var start = new byte[2];
            while (true)
            {
                await _stream.ReadExactlyAsync(start);
                var length = (long)(start[1] & 0x7F);
                if (length >= 126)
                {
                    var more = new byte[length == 126 ? 2 : 8];
                    await _stream.ReadExactlyAsync(more);
                    length = more.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(more) : BinaryPrimitives.ReadInt64BigEndian(more);
                }

                var payload = new byte[length];
                await _stream.ReadExactlyAsync(payload);
                await TakeAsync(start[0] & 0x0F, payload);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
        {
            _messages.Writer.TryComplete();
        }
    }

    private async Task TakeAsync(int opCode, byte[] payload)
    {
        switch (opCode)
        {
            case Frame.Ping:
                await SendFrameAsync(Frame.Pong, payload);
                break;
            case Frame.Pong:
                _pong.TrySetResult();
                break;
            case Frame.Close:
                CloseCodes.Add(payload.Length < 2 ? 1005 : BinaryPrimitives.ReadUInt16BigEndian(payload));
                if (AnswersClose)
                {
                    await SendFrameAsync(Frame.Close, payload.AsMemory(0, Math.Min(payload.Length, 2)));
                }

                break;
            default:
                _messages.Writer.TryWrite(Encoding.UTF8.GetString(payload));
                break;
        }
    }
}

/// <summary>An upgrade that the host has refused.</summary>
internal sealed class SdkRefusedException(int status, string head) : Exception(head)
{
    public int Status { get; } = status;
}
