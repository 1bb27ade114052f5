using System.Text.Json;
using Amazon.Runtime;

namespace Amazon.Clients.Runtime;

/// <summary>Writes members and values for the generated code; a member that is null is not written.</summary>
internal static class JsonMembers
{
    /// <summary>A text.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    /// <summary>A constant of the model, by its name.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ConstantClass? value) => Write(writer, name, value?.Value);

    /// <summary>A boolean.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } known)
        {
            writer.WriteBoolean(name, known);
        }
    }

    /// <summary>A whole number.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } known)
        {
            writer.WriteNumber(name, known);
        }
    }

    /// <summary>A number.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } known)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, known);
        }
    }

    /// <summary>A number of single precision.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, float? value)
    {
        if (value is { } known)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, known);
        }
    }

    /// <summary>A time: seconds since 1970, with a fraction (Smithy's <c>epoch-seconds</c>).</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTime? value)
    {
        if (value is { } known)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, known);
        }
    }

    /// <summary>Bytes, as Base64.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, MemoryStream? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value);
        }
    }

    /// <summary>A structure, a list or a map.</summary>
    public static void Write<T>(Utf8JsonWriter writer, ReadOnlySpan<byte> name, T? value, Action<Utf8JsonWriter, T> write)
        where T : class
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            write(writer, value);
        }
    }

    /// <summary>A list.</summary>
    public static void WriteList<T>(Utf8JsonWriter writer, List<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    /// <summary>A map.</summary>
    public static void WriteMap<T>(Utf8JsonWriter writer, Dictionary<string, T> map, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in map)
        {
            writer.WritePropertyName(key);
            write(writer, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>A text in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, string value) => writer.WriteStringValue(value);

    /// <summary>A boolean in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);

    /// <summary>A whole number of 32 bits in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);

    /// <summary>A whole number of 64 bits in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, long value) => writer.WriteNumberValue(value);

    /// <summary>A number; those that JSON cannot write are texts.</summary>
    public static void WriteValue(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(WireNumber.NotFinite(value));
        }
    }

    /// <summary>A number of single precision; those that JSON cannot write are texts.</summary>
    public static void WriteValue(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(WireNumber.NotFinite(value));
        }
    }

    /// <summary>A time in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, DateTime value) =>
        writer.WriteNumberValue((value.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);

    /// <summary>Bytes in a list or a map.</summary>
    public static void WriteValue(Utf8JsonWriter writer, MemoryStream value) => writer.WriteBase64StringValue(value.ToArray());
}
