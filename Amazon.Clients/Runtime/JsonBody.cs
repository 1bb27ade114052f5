using System.Buffers;
using System.Text.Json;

namespace Amazon.Clients.Runtime;

/// <summary>A whole JSON document, as the body of a request or a response.</summary>
internal static class JsonBody
{
    /// <summary>Writes one.</summary>
    /// <param name="value">What it says.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>The document in UTF-8.</returns>
    public static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads one.</summary>
    /// <param name="body">The document in UTF-8.</param>
    /// <param name="read">Reads it.</param>
    /// <returns>What it says; null when that is <c>null</c>.</returns>
    /// <exception cref="JsonException">It is no JSON, or not the JSON that is expected.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> body, JsonRead<T?> read)
        where T : class
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            reader.Read();
            var value = read(ref reader);
            return reader.Read() ? throw new JsonException($"A {reader.TokenType} follows the document.") : value;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
