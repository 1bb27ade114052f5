using System.Security.Cryptography;
using System.Text;

namespace Amazon.Emulation.Signatures;

/// <summary>
/// Signature Version 4, as "Create a signed AWS API request" in the IAM user guide defines it. Here the receiver computes it
/// again from the secret and compares.
/// </summary>
internal static class SignatureV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>How a date is written in a signed request.</summary>
    public const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The hash of an empty body.</summary>
    public static readonly string EmptyHash = Hash([]);

    /// <summary>The lower-case hexadecimal SHA-256.</summary>
    public static string Hash(ReadOnlySpan<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data));

    /// <summary>The request in the one form that both sides hash.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="target">The request target as it came: encoded path and query.</param>
    /// <param name="headers">The signed headers, in the order of the signature's list, names in small letters.</param>
    /// <param name="payloadHash">The body's hash, or what stands for it.</param>
    /// <param name="pathTwice">Whether the encoded path is encoded once more: everywhere but in S3.</param>
    public static string CanonicalRequest(
        string method, string target, IEnumerable<(string Name, string Value)> headers, string payloadHash, bool pathTwice)
    {
        var listed = headers.ToList();
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        if (pathTwice)
        {
            path = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        }

        var text = new StringBuilder();
        text.Append(method).Append('\n').Append(path).Append('\n').Append(CanonicalQuery(query < 0 ? "" : target[(query + 1)..])).Append('\n');
        foreach (var (name, value) in listed)
        {
            text.Append(name).Append(':').Append(Collapsed(value)).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', listed.Select(header => header.Name)).Append('\n').Append(payloadHash).ToString();
    }

    /// <summary>The signature in hexadecimal.</summary>
    public static string Sign(string secret, string date, string scope, string canonicalRequest)
    {
        var toSign = $"{Algorithm}\n{date}\n{scope}\n{Hash(Encoding.UTF8.GetBytes(canonicalRequest))}";
        var key = SigningKey(secret, scope);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    /// <summary>The key of a day, region and service: S3 signs the chunks of a streamed body with it as well.</summary>
    public static byte[] SigningKey(string secret, string scope) => scope.Split('/').Aggregate(
        Encoding.UTF8.GetBytes("AWS4" + secret), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));

    private static string CanonicalQuery(string query) => string.Join('&', query
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => (Name: Encoded(pair[0]), Value: pair.Length == 2 ? Encoded(pair[1]) : ""))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    private static string Encoded(string part) => Uri.EscapeDataString(Uri.UnescapeDataString(part));

    private static string Collapsed(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
