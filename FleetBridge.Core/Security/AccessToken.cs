using System.Buffers;
using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Core.Security;

/// <summary>What a client of a bridge with a token sends with every request: <c>Authorization: Bearer …</c> (RFC 6750).
/// </summary>
internal sealed class AccessToken
{
    /// <summary>The scheme in <c>WWW-Authenticate</c> and <c>Authorization</c>.</summary>
    public const string Scheme = "Bearer";

    /// <summary>Fewer characters could be guessed, and would be too short for <see cref="Redaction"/> to know them.</summary>
    public const int LeastLength = 16;

    /// <summary>More would not fit among a request's headers.</summary>
    public const int MostLength = 4096;

    private const int RandomBytes = 32;

    // RFC 6750, section 2.1: b64token
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    private readonly string _text;
    private readonly byte[] _bytes;

    /// <summary>A token of somebody's choice.</summary>
    /// <param name="text">The token.</param>
    /// <exception cref="FormatException">It cannot be used; the message says why, without the token.</exception>
    public AccessToken(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(Allowed))
        {
            throw new FormatException("a token has letters, digits and - . _ ~ + / = only, on one line");
        }

        if (text.Length is < LeastLength or > MostLength)
        {
            throw new FormatException($"a token has {LeastLength} to {MostLength} characters, and this one has {text.Length}");
        }

        (_text, _bytes) = (text, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>The header that a client sends.</summary>
    public AuthenticationHeaderValue Header => new(Scheme, _text);

    /// <summary>A new token that nobody can guess, as text.</summary>
    public static string Random() => Base64Url.EncodeToString(ReadSystemRandom() ?? RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Whether a request has it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>False also for several headers of which one has it: whoever reads them differently must not get by.</returns>
    public bool IsIn(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith($"{Scheme} ", StringComparison.OrdinalIgnoreCase)
        && Is(value[(Scheme.Length + 1)..].Trim(' '));

    /// <summary>Whether a text is this token. In constant time: the duration must not reveal how much of a guess was right. The length is no
    /// secret.</summary>
    /// <param name="text">The text.</param>
    public bool Is(string text) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), _bytes);

    /// <summary>
    /// The kernel's random numbers (random(4)), from which OpenSSL takes the seed of its own. The framework's are OpenSSL's, which would be
    /// some 6 MiB of a process that makes a token and nothing else with it.
    /// </summary>
    /// <returns>Null where there is no such device.</returns>
    private static byte[]? ReadSystemRandom()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var bytes = new byte[RandomBytes];
            using var device = new FileStream("/dev/urandom", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            device.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Never the token: it could end in a log.</summary>
    /// <returns>The scheme.</returns>
    public override string ToString() => Scheme;
}
