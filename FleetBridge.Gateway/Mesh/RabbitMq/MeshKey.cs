using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FleetBridge.Core.Processes;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// The key that gateways, bridges and hosts of one studio share. A gateway signs who asks, with which role, and for which call: a
/// signature is worth nothing for another call, and nobody without the key can write one.
/// </summary>
internal sealed class MeshKey
{
    private const string Prefix = "fbm_";
    private const int ShortestKey = 32;
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly byte[] _key;

    /// <summary>The claims that were written last, and those that were read last: most calls are of the same caller as the one before.</summary>
    private volatile Claims? _written;
    private volatile Claims? _read;

    /// <param name="key">The key's text.</param>
    public MeshKey(string key) => _key = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">It cannot be used.</exception>
    public static MeshKey Read(string path)
    {
        var text = MeshAddress.ReadFile(path, "The key file").Trim();
        return text.Length >= ShortestKey ? new MeshKey(text) : throw new UserException(
            ExitCode.Usage,
            $"--mesh-key: {path} has {text.Length} characters, and a key has {ShortestKey} or more. 'openssl rand -hex 32 > {path}' makes one.");
    }

    /// <summary>Whether a bearer token is such a signature.</summary>
    public static bool IsOne(string token) => token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Signs a call.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="correlationId">The call's id.</param>
    /// <param name="body">What is called.</param>
    /// <param name="expires">When the signature ends.</param>
    public string Sign(Identity caller, string correlationId, CallBody body, DateTimeOffset expires)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds());
        var claims = _written is { } last && last.End == end && last.Caller == caller ? last.Text : (_written = WriteClaims(caller, end)).Text;
        return $"{Prefix}{claims}.{Base64Url.EncodeToString(SignatureOf(claims, correlationId, body))}";
    }

    /// <summary>Whose call it is.</summary>
    /// <param name="token">The bearer token.</param>
    /// <param name="correlationId">The call's id.</param>
    /// <param name="body">What is called.</param>
    /// <param name="now">The time.</param>
    /// <param name="signed">What to remember of it, where it is good.</param>
    public TokenVerdict Verify(string token, string correlationId, CallBody body, DateTimeOffset now, out SignedCall signed)
    {
        signed = default;
        const string Wrong = "The call's signature is not one of this mesh's key. Start the gateway and the service with the same --mesh-key.";
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (!IsOne(token) || dot < 0)
        {
            return TokenVerdict.Not(Wrong);
        }

        var claims = token[Prefix.Length..dot];
        Span<byte> signature = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Base64Url.TryDecodeFromChars(token.AsSpan(dot + 1), signature, out var length)
            || length != signature.Length
            || !CryptographicOperations.FixedTimeEquals(signature, SignatureOf(claims, correlationId, body)))
        {
            return TokenVerdict.Not(Wrong);
        }

        // it is ours from here on
        if ((_read is { } last && last.Text == claims ? last : ReadClaims(claims)) is not { } read)
        {
            return TokenVerdict.Not(Wrong);
        }

        _read = read;
        var end = read.End + Skew;
        signed = new SignedCall(BinaryPrimitives.ReadUInt128BigEndian(signature), end);
        return end < now
            ? TokenVerdict.Not("The call's signature has expired. Do the clocks of both machines agree?")
            : TokenVerdict.Of(read.Caller);
    }

    private static Claims WriteClaims(Identity caller, DateTimeOffset end)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("user"u8, caller.UserId);
            json.WriteString("name"u8, caller.Username);
            json.WriteString("role"u8, caller.Role.NameOf());
            json.WriteNumber("exp"u8, end.ToUnixTimeSeconds());
            json.WriteEndObject();
        }

        return new Claims(Base64Url.EncodeToString(buffer.WrittenSpan), caller, end);
    }

    /// <returns>Null for a role that there is not.</returns>
    private static Claims? ReadClaims(string claims)
    {
        var json = JsonElement.Parse(Base64Url.DecodeFromChars(claims));
        var end = DateTimeOffset.FromUnixTimeSeconds(json.GetProperty("exp"u8).GetInt64());
        return RoleNames.Read(json.GetProperty("role"u8).GetString()) is { } role
            ? new Claims(claims, new Identity(json.GetProperty("user"u8).GetString()!, json.GetProperty("name"u8).GetString()!, role), end)
            : null;
    }

    private byte[] SignatureOf(string claims, string correlationId, CallBody body)
    {
        var parameters = body.Params.ValueKind == JsonValueKind.Object ? JsonMarshal.GetRawUtf8Value(body.Params) : "{}"u8;
        var signed = new ArrayBufferWriter<byte>(parameters.Length + 512);
        foreach (var part in (ReadOnlySpan<string>)[claims, correlationId, body.Service, body.Method])
        {
            var written = Encoding.UTF8.GetBytes(part, signed.GetSpan(sizeof(int) + Encoding.UTF8.GetMaxByteCount(part.Length))[sizeof(int)..]);
            End(signed, written);
        }

        parameters.CopyTo(signed.GetSpan(sizeof(int) + parameters.Length)[sizeof(int)..]);
        End(signed, parameters.Length);
        return HMACSHA256.HashData(_key, signed.WrittenSpan);
    }

    /// <summary>Puts a part's length before it, so that no two calls have the same bytes.</summary>
    private static void End(ArrayBufferWriter<byte> signed, int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(signed.GetSpan(sizeof(int)), length);
        signed.Advance(sizeof(int) + length);
    }

    /// <summary>What a signature says besides the call.</summary>
    private sealed record Claims(string Text, Identity Caller, DateTimeOffset End);
}
