using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>What the body of a request or a command says.</summary>
/// <param name="Service">The service.</param>
/// <param name="Method">The method.</param>
/// <param name="Params">An object.</param>
/// <param name="Context">An object: who asks, as the caller says it.</param>
internal sealed record CallBody(string Service, string Method, JsonElement Params, JsonElement Context);

/// <summary>What the body of an event says.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Event">Any JSON.</param>
/// <param name="Context">An object.</param>
internal sealed record EventBody(string Topic, JsonElement Event, JsonElement Context)
{
    /// <summary>Its id, as the body has it; empty for none.</summary>
    public string CorrelationId { get; init; } = "";
}

/// <summary>
/// Writes the bodies of messages. Every key is there in every message: the receivers read them without a default. What is embedded as
/// JSON is taken as it is, and the guard looks at the whole before it is published.
/// </summary>
internal static class MessageBody
{
    private static readonly JsonEncodedText Tag = JsonEncodedText.Encode("tag");
    private static readonly JsonEncodedText CorrelationId = JsonEncodedText.Encode("correlation_id");
    private static readonly JsonEncodedText TraceId = JsonEncodedText.Encode("trace_id");
    private static readonly JsonEncodedText Context = JsonEncodedText.Encode("context");
    private static readonly JsonEncodedText Error = JsonEncodedText.Encode("error");
    private static readonly JsonEncodedText Result = JsonEncodedText.Encode("result");

    /// <summary>The body of a request or a command.</summary>
    /// <param name="kind">Which of both.</param>
    /// <param name="correlationId">The id, 32 hexadecimal digits.</param>
    /// <param name="traceId">The caller's trace; null for none.</param>
    /// <param name="service">The service.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">An object; undefined or null for none.</param>
    /// <param name="context">Writes the members of the context; null for none.</param>
    public static ReadOnlyMemory<byte> Call(
        MessageKind kind, string correlationId, string? traceId, string service, string method, JsonElement parameters, Action<Utf8JsonWriter>? context)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = Begin(buffer, kind, correlationId, traceId, context);
        json.WriteString("service"u8, service);
        json.WriteString("method"u8, method);
        json.WritePropertyName("params"u8);
        if (parameters.ValueKind == JsonValueKind.Object)
        {
            // as it is: the signature is one of these bytes
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(parameters), skipInputValidation: true);
        }
        else
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }

        return End(json, buffer);
    }

    /// <summary>The body of an event.</summary>
    /// <param name="event">Its JSON.</param>
    public static ReadOnlyMemory<byte> Event(
        string correlationId, string? traceId, string topic, ReadOnlySpan<byte> @event, Action<Utf8JsonWriter>? context)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = Begin(buffer, MessageKind.Event, correlationId, traceId, context);
        json.WriteString("topic"u8, topic);
        json.WritePropertyName("event"u8);
        json.WriteRawValue(@event, skipInputValidation: true);
        json.WriteNull("target"u8);
        return End(json, buffer);
    }

    /// <summary>The body of several events: an array of theirs.</summary>
    public static ReadOnlyMemory<byte> Batch(IReadOnlyList<ReadOnlyMemory<byte>> events)
    {
        var buffer = new ArrayBufferWriter<byte>(events.Sum(one => one.Length + 1) + 1);
        for (var number = 0; number < events.Count; number++)
        {
            buffer.Write(number == 0 ? "["u8 : ","u8);
            buffer.Write(events[number].Span);
        }

        buffer.Write("]"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>The body of a response with a result. Its context is empty: a service that echoes one gives the caller's token away.</summary>
    public static ReadOnlyMemory<byte> Response(string correlationId, string? traceId, ReadOnlySpan<byte> result)
    {
        var buffer = new ArrayBufferWriter<byte>(result.Length + 256);
        using var json = Begin(buffer, MessageKind.Response, correlationId, traceId, context: null);
        json.WritePropertyName(Result);
        json.WriteRawValue(result.IsEmpty ? "null"u8 : result, skipInputValidation: true);
        json.WriteNull(Error);
        return EndResponse(json, buffer);
    }

    /// <summary>The body of a response without a result.</summary>
    public static ReadOnlyMemory<byte> Response(string correlationId, string? traceId, Wire.WireError error)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = Begin(buffer, MessageKind.Response, correlationId, traceId, context: null);
        json.WriteNull(Result);
        json.WriteStartObject(Error);
        json.WriteString("error"u8, error.Error);
        json.WriteString("description"u8, error.Description);
        json.WriteBoolean("retryable"u8, error.Retryable);
        json.WriteEndObject();
        return EndResponse(json, buffer);
    }

    /// <summary>Reads the body of a request or a command.</summary>
    /// <param name="utf8">The body, which must not change as long as the result is in use.</param>
    /// <returns>Null for what is none.</returns>
    public static CallBody? ReadCall(ReadOnlyMemory<byte> utf8) =>
        Read(utf8) is { } json
        && Text(json, "service") is { Length: > 0 } service
        && Text(json, "method") is { Length: > 0 } method
        && Find(json, "params") is { ValueKind: JsonValueKind.Object } parameters
        && Find(json, "context") is { ValueKind: JsonValueKind.Object } context
            ? new CallBody(service, method, parameters, context) : null;

    /// <summary>Reads the body of an event.</summary>
    /// <returns>Null for what is none.</returns>
    public static EventBody? ReadEvent(ReadOnlyMemory<byte> utf8) => Read(utf8) is { } json ? EventOf(json) : null;

    /// <summary>Reads the body of several events.</summary>
    /// <returns>In order, with null for what is none; null where it is no array.</returns>
    public static IEnumerable<EventBody?>? ReadBatch(ReadOnlyMemory<byte> utf8) =>
        Read(utf8, JsonValueKind.Array) is { } json ? json.EnumerateArray().Select(EventOf) : null;

    /// <summary>Reads the body of a response.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="result">The result's JSON.</param>
    /// <param name="error">Why there is none; null where there is one.</param>
    /// <returns>Whether it is a response.</returns>
    public static bool TryReadResponse(ReadOnlyMemory<byte> utf8, out ReadOnlyMemory<byte> result, out Wire.WireError? error)
    {
        (result, error) = (default, null);
        var json = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = 256 });
        var (hasResult, hasError) = (false, false);
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (isResult, isError) = (json.ValueTextEquals("result"u8), json.ValueTextEquals("error"u8));
                json.Read();
                var start = (int)json.TokenStartIndex;
                json.Skip();
                if (isResult)
                {
                    (result, hasResult) = (utf8[start..(int)json.BytesConsumed], true);
                }
                else if (isError)
                {
                    (error, hasError) = (ReadError(utf8.Span[start..(int)json.BytesConsumed]), true);
                }
            }

            return hasResult && hasError;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Wire.WireError? ReadError(ReadOnlySpan<byte> utf8)
    {
        if (JsonNode.Parse(utf8) is not JsonObject json)
        {
            return utf8.SequenceEqual("null"u8) ? null : new Wire.WireError("error", System.Text.Encoding.UTF8.GetString(utf8));
        }

        return new Wire.WireError(
            json["error"]?.ToString() is { Length: > 0 } code ? code : "error",
            json["description"]?.ToString() ?? "The service says no more.",
            json["retryable"] is JsonValue flag && flag.TryGetValue(out bool retryable) && retryable);
    }

    private static Utf8JsonWriter Begin(
        ArrayBufferWriter<byte> buffer, MessageKind kind, string correlationId, string? traceId, Action<Utf8JsonWriter>? context)
    {
        var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString(Tag, kind.Tag());
        json.WriteString(CorrelationId, correlationId);
        json.WriteString(TraceId, traceId);
        json.WriteStartObject(Context);
        context?.Invoke(json);
        json.WriteEndObject();
        return json;
    }

    private static ReadOnlyMemory<byte> EndResponse(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        json.WriteNull("warning"u8);
        json.WriteString("reply_to"u8, "");
        return End(json, buffer);
    }

    private static ReadOnlyMemory<byte> End(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static EventBody? EventOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && Text(json, "topic") is { Length: > 0 } topic
        && Find(json, "event") is { ValueKind: not JsonValueKind.Undefined } @event
        && Find(json, "context") is { ValueKind: JsonValueKind.Object } context
            ? new EventBody(topic, @event, context) { CorrelationId = Text(json, "correlation_id") ?? "" } : null;

    private static JsonElement? Read(ReadOnlyMemory<byte> utf8, JsonValueKind kind = JsonValueKind.Object)
    {
        try
        {
            var json = JsonElement.Parse(utf8.Span, new JsonDocumentOptions { MaxDepth = 256 });
            return json.ValueKind == kind ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Find(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement json, string name)
    {
        try
        {
            return json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // half a character
            return null;
        }
    }
}
