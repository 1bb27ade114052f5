using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Client.Wire;

/// <summary>
/// JSON as it is sent and received: written in ASCII without a byte-order mark and without secrets, and read whatever is in it.
/// </summary>
internal static class WireJson
{
    public const string ContentType = "application/json";

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = AsciiJsonEncoder.Instance };

    /// <summary>Two members of one name have no meaning that two readers would agree on.</summary>
    private static readonly JsonDocumentOptions ReaderOptions = new() { AllowDuplicateProperties = false };

    /// <summary>Writes an object.</summary>
    /// <param name="writeMembers">Writes its members.</param>
    /// <returns>The JSON.</returns>
    public static byte[] Write(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return Redaction.Clean(buffer.WrittenSpan.ToArray());
    }

    /// <summary>Writes the members of an object into the object that is being written.</summary>
    /// <param name="json">Writes.</param>
    /// <param name="members">The members.</param>
    public static void WriteMembers(Utf8JsonWriter json, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            json.WritePropertyName(name);
            WriteValue(json, value);
        }
    }

    /// <summary>Writes a value, which may be null.</summary>
    /// <param name="json">Writes.</param>
    /// <param name="value">The value.</param>
    public static void WriteValue(Utf8JsonWriter json, JsonNode? value)
    {
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }

    /// <summary>Reads an object.</summary>
    /// <param name="utf8">Whatever was received.</param>
    /// <returns>The object, which can be read throughout; null for anything else.</returns>
    public static JsonObject? Read(ReadOnlySpan<byte> utf8) => ReadAny(utf8) as JsonObject;

    /// <summary>Reads a value.</summary>
    /// <param name="utf8">Whatever was received.</param>
    /// <returns>The value, which can be read throughout; null for what is no JSON.</returns>
    public static JsonNode? ReadAny(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = JsonNode.Parse(utf8, documentOptions: ReaderOptions);
            ReadThroughout(json);
            return json;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A text; of a number or a boolean its JSON.</summary>
    /// <param name="node">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The text; null when there is none.</returns>
    public static string? Text(JsonNode? node, string name) => (node as JsonObject)?[name] is JsonValue value ? value.ToString() : null;

    /// <summary>A boolean.</summary>
    /// <param name="node">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>True only for true.</returns>
    public static bool Flag(JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>A whole number.</summary>
    /// <param name="node">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The number; 0 for anything else.</returns>
    public static int Number(JsonNode? node, string name) =>
        (node as JsonObject)?[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : 0;

    /// <summary>An array.</summary>
    /// <param name="node">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The array; null for anything else.</returns>
    public static JsonArray? Items(JsonNode? node, string name) => (node as JsonObject)?[name] as JsonArray;

    /// <summary>The texts of an array.</summary>
    /// <param name="node">The object.</param>
    /// <param name="name">The member.</param>
    /// <returns>The texts; empty for anything else.</returns>
    public static IReadOnlyList<string> Texts(JsonNode? node, string name) =>
        [.. (Items(node, name) ?? []).OfType<JsonValue>().Select(text => text.ToString())];

    /// <summary>Makes an array of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The array.</returns>
    public static JsonArray ArrayOf(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    /// <summary>The reader finds half a character, or bytes that are none, only when a text is used: here, and not somewhere later.</summary>
    private static void ReadThroughout(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, value) in members)
                {
                    ReadThroughout(value);
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    ReadThroughout(item);
                }

                break;
            case JsonValue value:
                _ = value.ToString();
                break;
        }
    }
}
