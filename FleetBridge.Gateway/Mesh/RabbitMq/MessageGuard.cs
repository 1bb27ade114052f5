using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Keeps from the broker what a Python service cannot decode. Such a message does not fail there: the service rejects it twice, its
/// channel is closed, and it lives on without listening until somebody restarts it. An event of that kind ends every service of its topic.
/// </summary>
internal static class MessageGuard
{
    /// <summary>Looks at a whole body.</summary>
    /// <param name="utf8">The body.</param>
    /// <returns>Why it may not be published; null where it may.</returns>
    public static string? FindProblem(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MeshProtocol.LargestMessage)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it has {utf8.Length} bytes, and {MeshProtocol.LargestMessage} is the limit");
        }

        if (!Utf8.IsValid(utf8))
        {
            return "it is not UTF-8";
        }

        // one level more than allowed: the reader would speak of its own limit
        var json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MeshProtocol.DeepestNesting + 1 });
        try
        {
            return FindProblem(ref json);
        }
        catch (JsonException exception) when (exception.Message.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            return Nested;
        }
        catch (JsonException)
        {
            return "it is not JSON";
        }
    }

    private static string Nested => string.Create(CultureInfo.InvariantCulture, $"it is nested more than {MeshProtocol.DeepestNesting} levels deep");

    private static string? FindProblem(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            switch (json.TokenType)
            {
                // the depth of a start is that of what encloses it
                case JsonTokenType.StartArray or JsonTokenType.StartObject when json.CurrentDepth >= MeshProtocol.DeepestNesting:
                    return Nested;
                case JsonTokenType.Number when json.ValueSpan.Length > MeshProtocol.LongestNumber:
                    return string.Create(
                        CultureInfo.InvariantCulture, $"a number in it has {json.ValueSpan.Length} digits, and {MeshProtocol.LongestNumber} is the limit");
                case JsonTokenType.String or JsonTokenType.PropertyName when json.ValueIsEscaped && HasHalfCharacter(ref json):
                    return "a text in it has half a character (a lone surrogate)";
            }
        }

        return null;
    }

    private static bool HasHalfCharacter(ref Utf8JsonReader json)
    {
        try
        {
            json.GetString();
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            return true;
        }
    }

    /// <summary>Why a service's or topic's name cannot be a routing key; null where it can.</summary>
    public static string? FindKeyProblem(string key) =>
        key.Length == 0 ? "it is empty"
        : Encoding.UTF8.GetByteCount(key) > MeshProtocol.LongestKey
            ? string.Create(CultureInfo.InvariantCulture, $"it is longer than {MeshProtocol.LongestKey} bytes")
        : HasOddCharacter(key) ? "it has characters that no name has"
        : null;

    private static bool HasOddCharacter(string key)
    {
        foreach (var letter in key)
        {
            if (char.IsControl(letter) || char.IsSurrogate(letter))
            {
                return true;
            }
        }

        return false;
    }
}
