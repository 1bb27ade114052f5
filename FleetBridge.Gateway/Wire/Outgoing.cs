using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Text;

namespace FleetBridge.Gateway.Wire;

/// <summary>The messages that the gateway sends, each as one text frame.</summary>
internal static class Outgoing
{
    private static readonly JsonWriterOptions Options = new() { Encoder = AsciiJsonEncoder.Instance, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>The first message to a consumer that is known.</summary>
    public static byte[] Hello(string sessionId, string userId, string username, string role) => Message("event", json =>
    {
        json.WriteString("topic"u8, "hello"u8);
        json.WriteStartObject("event"u8);
        json.WriteString("session_id"u8, sessionId);
        json.WriteString("user_id"u8, userId);
        json.WriteString("username"u8, username);
        json.WriteString("role"u8, role);
        json.WriteEndObject();
    });

    /// <summary>The response to a request.</summary>
    /// <param name="of">What the consumer has written beside the request.</param>
    /// <param name="call">The gateway's own id of the call; null for what is no call.</param>
    /// <param name="result">The result's JSON; empty for none.</param>
    public static byte[] Response(Echo of, string? call, ReadOnlyMemory<byte> result) => Message("response", json =>
    {
        Begin(json, of, call);
        json.WritePropertyName("result"u8);
        if (result.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(result.Span, skipInputValidation: true);
        }

        json.WriteNull("error"u8);
    });

    /// <summary>The response to a request that was not done.</summary>
    public static byte[] Response(Echo of, string? call, WireError error) => Message("response", json =>
    {
        Begin(json, of, call);
        json.WriteNull("result"u8);
        json.WriteStartObject("error"u8);
        json.WriteString("error"u8, error.Error);
        json.WriteString("description"u8, error.Description);
        json.WriteBoolean("retryable"u8, error.Retryable);
        json.WriteEndObject();
    });

    /// <summary>How far a call is.</summary>
    public static byte[] Progress(Echo of, string call, JsonObject progress) => Message("progress", json =>
    {
        Begin(json, of, call);
        json.WritePropertyName("progress"u8);
        progress.WriteTo(json);
    });

    /// <summary>The response to a consumer's ping.</summary>
    public static readonly byte[] Pong = Message("pong", static _ => { });

    /// <summary>An event of a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="at">Its place there.</param>
    /// <param name="event">Its JSON.</param>
    public static byte[] Event(string topic, Position at, ReadOnlyMemory<byte> @event) => Message("event", json =>
    {
        json.WriteString("topic"u8, topic);
        json.WriteString("epoch"u8, at.Epoch);
        json.WriteNumber("offset"u8, at.Offset);
        json.WritePropertyName("event"u8);
        json.WriteRawValue(@event.Span, skipInputValidation: true);
    });

    /// <summary>The response to what is no message: consumers from before there were types read its members at the top.</summary>
    public static byte[] Error(string error, string description)
    {
        var (buffer, json) = Rent();
        json.WriteStartObject();
        json.WriteString("type"u8, "error"u8);
        json.WriteString("error"u8, error);
        json.WriteString("description"u8, description);
        json.WriteEndObject();
        json.Flush();
        return Frames.Text(buffer.WrittenSpan);
    }

    private static void Begin(Utf8JsonWriter json, Echo of, string? call)
    {
        if (of.Id is not null)
        {
            json.WriteString("id"u8, of.Id);
        }

        if (call is not null)
        {
            json.WriteString("call"u8, call);
        }

        json.WritePropertyName("trace_id"u8);
        if (of.TraceId.ValueKind == JsonValueKind.Undefined)
        {
            json.WriteNullValue();
        }
        else
        {
            of.TraceId.WriteTo(json);
        }
    }

    private static byte[] Message(string type, Action<Utf8JsonWriter> payload)
    {
        var (buffer, json) = Rent();
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteStartObject("payload"u8);
        payload(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        var frame = Frames.Text(buffer.WrittenSpan);
        if (buffer.Capacity > MostKept)
        {
            (_buffer, _writer) = (null, null);
        }

        return frame;
    }

    /// <summary>A thread keeps its buffer for its next message, unless this one was large.</summary>
    private const int MostKept = 64 * 1024;

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Rent()
    {
        if (_buffer is null)
        {
            _buffer = new ArrayBufferWriter<byte>(512);
            _writer = new Utf8JsonWriter(_buffer, Options);
        }
        else
        {
            _buffer.ResetWrittenCount();
            _writer!.Reset();
        }

        return (_buffer, _writer!);
    }
}
