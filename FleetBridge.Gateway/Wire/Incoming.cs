using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace FleetBridge.Gateway.Wire;

/// <summary>What a consumer writes beside a request and gets back with each message about it.</summary>
/// <param name="Id">The consumer's own id of the request; null for none.</param>
/// <param name="TraceId">Whatever it has put there; it identifies nothing here.</param>
internal readonly record struct Echo(string? Id, JsonElement TraceId);

/// <summary>A message of a consumer.</summary>
internal readonly struct Incoming
{
    /// <summary>An id has at most so many characters.</summary>
    public const int LongestId = 200;

    private const int MostDepth = 64;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MostDepth };

    private readonly JsonElement _payload;

    private Incoming(string type, JsonElement payload) => (Type, _payload) = (type, payload);

    /// <summary>What it is: <c>request</c>, <c>subscribe</c> and so on.</summary>
    public string Type { get; }

    /// <summary>What is sent back with the response.</summary>
    public Echo Echo => new(Text("id"), Find("trace_id"));

    /// <summary>Reads a message.</summary>
    /// <param name="utf8">Whatever was received.</param>
    /// <param name="message">The message.</param>
    /// <param name="problem">Why it is none; null when it is one.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out Incoming message, [NotNullWhen(false)] out string? problem)
    {
        message = default;
        try
        {
            var json = JsonElement.Parse(utf8, Options);
            if (json.ValueKind != JsonValueKind.Object
                || !json.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String
                || !json.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
            {
                problem = "A message is a JSON object with a text 'type' and an object 'payload'.";
                return false;
            }

            message = new Incoming(type.GetString()!, payload);
            problem = message.FindDoubt();
            return problem is null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            problem = "The message is not JSON, names a member twice, or is nested too deeply.";
            return false;
        }
    }

    /// <summary>A text of the payload; null where there is none.</summary>
    public string? Text(string name) =>
        _payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A whole number of the payload; null where there is none.</summary>
    public long? Number(string name) =>
        _payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    /// <summary>A member of the payload; undefined where there is none.</summary>
    public JsonElement Find(string name) => _payload.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The place that a subscription continues from.</summary>
    /// <param name="since">The place; null to start now.</param>
    /// <returns>False for anything else.</returns>
    public bool TrySince(out Position? since)
    {
        since = null;
        var json = Find("since");
        if (json.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return true;
        }

        if (json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty("epoch", out var epoch) && epoch.ValueKind == JsonValueKind.String
            && json.TryGetProperty("offset", out var offset) && offset.ValueKind == JsonValueKind.Number
            && offset.TryGetInt64(out var number) && number >= 0)
        {
            since = new Position(epoch.GetString()!, number);
            return true;
        }

        return false;
    }

    /// <summary>Texts with half a character throw only when they are used: here, and not somewhere later.</summary>
    private string? FindDoubt()
    {
        if (Find("id") is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } id
            && (id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 and <= LongestId }))
        {
            return $"An 'id' is a text of 1 to {LongestId} characters.";
        }

        foreach (var member in _payload.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String)
            {
                _ = member.Value.GetString();
            }
        }

        return null;
    }
}
