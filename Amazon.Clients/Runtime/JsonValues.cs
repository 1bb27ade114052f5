using System.Globalization;
using System.Text.Json;

namespace Amazon.Clients.Runtime;

/// <summary>Reads a value; null stays null.</summary>
/// <param name="reader">At the value's first token; at its last one afterwards.</param>
/// <typeparam name="T">What it is read as.</typeparam>
internal delegate T JsonRead<out T>(ref Utf8JsonReader reader);

/// <summary>Reads the values that the generated code's members have.</summary>
/// <remarks>A reader that finds a token of another kind throws <see cref="InvalidOperationException"/>; whoever reads a whole
/// document turns that into a <see cref="JsonException"/> (<see cref="JsonBody"/>).</remarks>
internal static class JsonValues
{
    /// <summary>Begins an object.</summary>
    /// <param name="reader">At a value.</param>
    /// <returns>Whether there is one; false for null.</returns>
    /// <exception cref="JsonException">It is neither.</exception>
    public static bool BeginObject(ref Utf8JsonReader reader) => Begins(ref reader, JsonTokenType.StartObject);

    /// <summary>Moves to the next member's name.</summary>
    /// <param name="reader">In an object, at the end of a value or at its begin.</param>
    /// <returns>Whether there is a member; false at the object's end.</returns>
    public static bool NextMember(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Moves from a member's name to its value, when it is the member that is meant.</summary>
    /// <param name="reader">At a member's name.</param>
    /// <param name="name">The name that is meant, in UTF-8.</param>
    public static bool IsMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();

    /// <summary>Passes over a member that is newer than the model.</summary>
    /// <param name="reader">At a member's name.</param>
    public static void SkipMember(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }

    /// <summary>A text.</summary>
    public static string? ReadText(ref Utf8JsonReader reader) => reader.GetString();

    /// <summary>A boolean.</summary>
    public static bool? ReadBoolean(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : reader.GetBoolean();

    /// <summary>A whole number of 32 bits.</summary>
    public static int? ReadInteger(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : reader.GetInt32();

    /// <summary>A whole number of 64 bits.</summary>
    public static long? ReadLong(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : reader.GetInt64();

    /// <summary>A number; those that JSON cannot write are texts (<c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>).</summary>
    public static double? ReadDouble(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => double.Parse(reader.GetString()!, CultureInfo.InvariantCulture),
        _ => reader.GetDouble(),
    };

    /// <summary>A number of single precision.</summary>
    public static float? ReadFloat(ref Utf8JsonReader reader) => (float?)ReadDouble(ref reader);

    /// <summary>A time: seconds since 1970, with a fraction (Smithy's <c>epoch-seconds</c>), or a text of ISO 8601.</summary>
    public static DateTime? ReadTime(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.String => WireTime.Parse(reader.GetString()!),
        _ => DateTime.UnixEpoch.AddSeconds(reader.GetDouble()),
    };

    /// <summary>Bytes, which are Base64.</summary>
    public static MemoryStream? ReadBlob(ref Utf8JsonReader reader) => IsNull(ref reader) ? null : new MemoryStream(reader.GetBytesFromBase64());

    /// <summary>A list; items that are null are left out.</summary>
    public static List<T>? ReadList<T>(ref Utf8JsonReader reader, JsonRead<T?> read)
        where T : class
    {
        if (!Begins(ref reader, JsonTokenType.StartArray))
        {
            return null;
        }

        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (read(ref reader) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>A list of numbers, booleans or times; items that are null are left out.</summary>
    public static List<T>? ReadValueList<T>(ref Utf8JsonReader reader, JsonRead<T?> read)
        where T : struct
    {
        if (!Begins(ref reader, JsonTokenType.StartArray))
        {
            return null;
        }

        var items = new List<T>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (read(ref reader) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>A map; values that are null are left out.</summary>
    public static Dictionary<string, T>? ReadMap<T>(ref Utf8JsonReader reader, JsonRead<T?> read)
        where T : class
    {
        if (!BeginObject(ref reader))
        {
            return null;
        }

        var map = new Dictionary<string, T>();
        while (NextMember(ref reader))
        {
            var key = reader.GetString()!;
            reader.Read();
            if (read(ref reader) is { } value)
            {
                map[key] = value;
            }
        }

        return map;
    }

    /// <summary>A map of numbers, booleans or times; values that are null are left out.</summary>
    public static Dictionary<string, T>? ReadValueMap<T>(ref Utf8JsonReader reader, JsonRead<T?> read)
        where T : struct
    {
        if (!BeginObject(ref reader))
        {
            return null;
        }

        var map = new Dictionary<string, T>();
        while (NextMember(ref reader))
        {
            var key = reader.GetString()!;
            reader.Read();
            if (read(ref reader) is { } value)
            {
                map[key] = value;
            }
        }

        return map;
    }

    private static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    private static bool Begins(ref Utf8JsonReader reader, JsonTokenType expected) =>
        reader.TokenType == expected
        || (IsNull(ref reader) ? false : throw new JsonException($"A {expected} is expected, not a {reader.TokenType}."));
}
