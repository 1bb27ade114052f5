using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Security;

/// <summary>
/// The last safeguard for everything that leaves the bridge, log records and responses alike: text that looks like an AWS
/// credential, a token or a signature is replaced. A backend that knows its secrets hides them itself.
/// </summary>
internal static class Redaction
{
    /// <summary>Replaces a secret.</summary>
    public const string Instead = "[hidden]";

    /// <summary>Every text that a pattern could match contains one of these. Few texts do.</summary>
    private static readonly WordSearch Marks = new(
        "AKIA", "ASIA", "secret", "sessionToken", "session_token", "accessToken", "access_token", "refreshToken", "refresh_token",
        "idToken", "id_token", "security-token", "signature=", "signature%3d", "credential=", "credential%3d", "bearer",
        "authorization", "private key", "eyJ", "%3a%2f%2f");

    private static readonly JsonWriterOptions Ascii = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>A text without secrets.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The same text, where there is nothing to hide.</returns>
    public static string Clean(string text) => IsSuspect(text) ? RedactionPatterns.Replace(text) : text;

    /// <summary>A text without secrets, as a record that others follow.</summary>
    /// <param name="text">The text.</param>
    /// <param name="open">What its end has begun: the rest is at the beginning of what follows.</param>
    /// <returns>The same text, where there is nothing to hide.</returns>
    public static string Clean(string text, out OpenSecret open)
    {
        var isSuspect = IsSuspect(text);
        open = isSuspect ? RedactionPatterns.OpenAtEnd(text) : OpenSecret.None;
        return isSuspect ? RedactionPatterns.Replace(text) : text;
    }

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

    /// <summary>Whether a setting has a secret, by its name or by what its value looks like.</summary>
    /// <param name="name">The setting's key.</param>
    /// <param name="value">Its value.</param>
    public static bool IsSecret(string name, string value) =>
        RedactionPatterns.IsSecretSetting(name) || RedactionPatterns.IsSecretName(name) || Clean(value) != value;

    /// <summary>Many responses contain addresses, almost none an address with the @ of a password, or with the … that a cut has left.
    /// </summary>
    private static bool IsSuspect(ReadOnlySpan<char> text) => Marks.IsIn(text, '@', '…', out var mayHavePassword)
        || (mayHavePassword && (text.Contains("://", StringComparison.Ordinal) || text.Contains(@":\", StringComparison.Ordinal)));

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
            cleaned[Clean(name)] = value?.GetValueKind() == JsonValueKind.String && RedactionPatterns.IsSecretName(name)
                ? Instead
                : Clean(value);
        }

        return cleaned;
    }
}
