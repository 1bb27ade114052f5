using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using System.Text;

namespace FleetBridge.Fleet.Link;

/// <summary>What a client says at the upgrade, and how it reads the response, whichever way it connects.</summary>
internal static class LinkHandshake
{
    /// <summary>What the server appends to the client's key (RFC 6455, section 1.3).</summary>
    private const string Suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private const int BlockBytes = 64;

    /// <summary>A server that wants the client to stay away for longer is asked again after this.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The headers besides the WebSocket's own.</summary>
    public static IEnumerable<KeyValuePair<string, string>> HeadersOf(LinkOptions options, LinkPosition position) =>
        position.Epoch is not { } epoch
            ? options.Headers
            : [.. options.Headers, new(LinkHeaders.Epoch, epoch), new(LinkHeaders.Received, LinkHeaders.Write(position.Received))];

    /// <summary>Reads the server's position.</summary>
    /// <param name="find">Finds a header of the response.</param>
    /// <returns>The position; null if it says none.</returns>
    public static LinkWelcome? ReadWelcome(Func<string, string?> find) =>
        LinkHeaders.Read(find(LinkHeaders.Epoch), find(LinkHeaders.Received)) is { Epoch: { } id, Received: var number }
        && bool.TryParse(find(LinkHeaders.Resumed), out var isResumed)
            ? new LinkWelcome(new LinkSession(id, isResumed), number)
            : null;

    /// <summary>A response other than the upgrade.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="retryAfter">Its header <c>Retry-After</c>; null if it has none.</param>
    /// <param name="clock">Reads the dates of that header.</param>
    public static LinkConnectException Refusal(int status, string? retryAfter, TimeProvider clock) => new(
        $"it responds with status {status} ({(HttpStatusCode)status})", status, ReadRetryAfter(retryAfter, clock));

    /// <summary>A connection that could not be made, or has ended before the response.</summary>
    public static LinkConnectException Failure(Exception exception)
    {
        var innermost = exception.GetBaseException();
        return new LinkConnectException(
            innermost.Message.TrimEnd('.'), isNobodyThere: innermost is SocketException { SocketErrorCode: SocketError.ConnectionRefused });
    }

    /// <summary>How a server responds to a key: Base64 of the SHA-1 of both texts. The framework's SHA-1 is OpenSSL's, some 6 MiB of a
    /// worker, and nothing here is secret.</summary>
    /// <param name="key">The client's <c>Sec-WebSocket-Key</c>.</param>
    public static string AcceptOf(string key)
    {
        // FIPS 180-4, sections 5.1.1 and 6.1.2
        var text = Encoding.ASCII.GetBytes(key + Suffix);
        var padded = new byte[((text.Length + sizeof(ulong)) / BlockBytes * BlockBytes) + BlockBytes];
        text.CopyTo(padded, 0);
        padded[text.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - sizeof(ulong)), (ulong)text.Length * 8);
        Span<uint> hash = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        for (var block = 0; block < padded.Length; block += BlockBytes)
        {
            AddBlock(hash, padded.AsSpan(block, BlockBytes));
        }

        var bytes = new byte[hash.Length * sizeof(uint)];
        for (var i = 0; i < hash.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * sizeof(uint)), hash[i]);
        }

        return Convert.ToBase64String(bytes);
    }

    private static void AddBlock(Span<uint> hash, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[80];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = i < 16
                ? BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..])
                : BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }

        var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4]);
        for (var i = 0; i < words.Length; i++)
        {
            var mixed = i switch
            {
                < 20 => ((b & c) | (~b & d)) + 0x5A827999,
                < 40 => (b ^ c ^ d) + 0x6ED9EBA1,
                < 60 => ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC,
                _ => (b ^ c ^ d) + 0xCA62C1D6,
            };
            (a, b, c, d, e) = (BitOperations.RotateLeft(a, 5) + mixed + e + words[i], a, BitOperations.RotateLeft(b, 30), c, d);
        }

        hash[0] += a;
        hash[1] += b;
        hash[2] += c;
        hash[3] += d;
        hash[4] += e;
    }

    private static TimeSpan? ReadRetryAfter(string? text, TimeProvider clock)
    {
        TimeSpan? wait = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? date - clock.GetUtcNow()
                : null;
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, LongestRetryAfter.Ticks));
    }
}
