using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Security;

/// <summary>
/// The last safeguard for everything that leaves the bridge, log records and responses alike: text that looks like an AWS
/// credential, a token or a signature is replaced. A backend that knows its secrets hides them itself.
/// </summary>
internal static partial class Redaction
{
    /// <summary>Replaces a secret.</summary>
    public const string Instead = "[hidden]";

    /// <summary>
    /// Every text that a pattern could match contains one of these. Few texts do, and the search runs at some gigabytes a
    /// second, so that it costs the log next to nothing.
    /// </summary>
    private static readonly SearchValues<string> Marks = SearchValues.Create(
        [
            "AKIA", "ASIA", "secret", "sessionToken", "session_token", "accessToken", "access_token", "refreshToken", "refresh_token",
            "idToken", "id_token", "security-token", "signature=", "credential=", "bearer ", "authorization", "private key", "eyJ",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly JsonWriterOptions Ascii = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>A text without secrets.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same text, where there is nothing to hide.</returns>
    public static string Clean(string text) => IsSuspect(text) ? Replace(text) : text;

    /// <summary>A JSON object without secrets in its texts.</summary>
    /// <param name="json">The JSON, in ASCII.</param>
    /// <returns>The same JSON, where there is nothing to hide.</returns>
    public static byte[] Clean(byte[] json)
    {
        if (!IsSuspect(Encoding.ASCII.GetString(json)))
        {
            return json;
        }

        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using (var writer = new Utf8JsonWriter(buffer, Ascii))
        {
            Clean(JsonNode.Parse(json)!.AsObject()).WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Many responses contain addresses, almost none an address with the @ of a password.</summary>
    private static bool IsSuspect(ReadOnlySpan<char> text) =>
        text.ContainsAny(Marks) || (text.Contains('@') && text.Contains("://", StringComparison.Ordinal));

    private static JsonNode? Clean(JsonNode? node) => node switch
    {
        JsonObject members => Clean(members),
        JsonArray items => new JsonArray([.. items.Select(Clean)]),
        JsonValue text when text.GetValueKind() == JsonValueKind.String => JsonValue.Create(Clean(text.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    private static JsonObject Clean(JsonObject members)
    {
        var cleaned = new JsonObject();
        foreach (var (name, value) in members)
        {
            cleaned[Clean(name)] = value?.GetValueKind() == JsonValueKind.String && SecretName().IsMatch(name) ? Instead : Clean(value);
        }

        return cleaned;
    }

    private static string Replace(string text)
    {
        text = KeyId().Replace(text, "$1" + Instead);
        text = Assigned().Replace(text, "${name}" + Instead);
        text = Signed().Replace(text, "${name}" + Instead);
        text = Bearer().Replace(text, "${name}" + Instead);
        text = Authorization().Replace(text, "${name}" + Instead);
        text = UserInfo().Replace(text, "${name}" + Instead + "@");
        text = PrivateKey().Replace(text, "${name}" + Instead);
        return Jwt().Replace(text, Instead);
    }

    // "Unique identifiers" in the IAM user guide: AKIA for permanent keys, ASIA for temporary ones
    [GeneratedRegex(@"\b(AKIA|ASIA)[A-Z0-9]{12,}")]
    private static partial Regex KeyId();

    // aws_secret_access_key = …, "SecretAccessKey": "…", \"SessionToken\": \"…\", <SessionToken>…<, x-amz-security-token:…
    [GeneratedRegex(
        """(?<name>(?:aws_secret_access_key|secretAccessKey|secret_?key|client_?secret|aws_session_token|session_?token|security-token|access_?token|refresh_?token|id_?token)\\?["']?\s*[:=>]\s*\\?["']?)(?!\[hidden\])[^\s"'\\,;&<>{}]+""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();

    // AWS4-HMAC-SHA256 Credential=…, Signature=…, and X-Amz-Signature=…, X-Amz-Credential=… of a signed address
    [GeneratedRegex("""(?<name>\b(?:signature|credential)=)(?!\[hidden\])[^\s"'\\,;&<>{}]{8,}""", RegexOptions.IgnoreCase)]
    private static partial Regex Signed();

    [GeneratedRegex("""(?<name>\bbearer\s+)[\w\-.~+/]{16,}=*""", RegexOptions.IgnoreCase)]
    private static partial Regex Bearer();

    // RFC 7617: a name and a password in Base64, behind Authorization or Proxy-Authorization
    [GeneratedRegex("""(?<name>authorization\\?["']?\s*[:=]\s*\\?["']?basic\s+)[\w+/\-]{8,}=*""", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    // RFC 3986, section 3.2.1: a proxy's password, say, in the address that a failure names
    [GeneratedRegex("""(?<name>://[^\s/?#@:"'<>]*:)(?!\[hidden\])[^\s/?#@"'<>]+@""")]
    private static partial Regex UserInfo();

    // RFC 7468; in JSON its lines end in \n
    [GeneratedRegex("""(?<name>PRIVATE KEY-----)[\w+/=\s\\]{16,}""")]
    private static partial Regex PrivateKey();

    // RFC 7519: a header and claims in Base64url, which begin with {" each; three parts, or five when encrypted
    [GeneratedRegex(@"\beyJ[\w-]{8,}\.[\w-]*\.[\w.-]*")]
    private static partial Regex Jwt();

    [GeneratedRegex("^(?:aws_secret_access_key|secretAccessKey|secretKey|client_?secret|aws_session_token|session_?token|access_?token|refresh_?token|id_?token)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
