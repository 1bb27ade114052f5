using System.Text.Json;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// A request of a game server: one flat object. The SDK for C++ leaves out what is empty, the one for Go nearly so, the one for C#
/// sends nulls and defaults: an absent member, a null and an empty text are the same. Names are read in any case.
/// </summary>
internal sealed class SdkRequest : IDisposable
{
    /// <summary>The SDKs nest three deep.</summary>
    private const int Deepest = 16;

    private const int LongestId = 256;
    private const int LongestText = 2048;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = Deepest };

    private readonly JsonDocument _document;

    private SdkRequest(JsonDocument document)
    {
        _document = document;
        (Action, RequestId) = (TextOrNull(nameof(Action)) ?? "", TextOrNull(nameof(RequestId)) ?? "");
    }

    /// <summary>What is asked for; empty when the message does not say.</summary>
    public string Action { get; }

    /// <summary>What the answer repeats; empty when the message has none.</summary>
    public string RequestId { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="utf8">The message; it has to stay until the request is disposed.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>The request; null when the message is not one.</returns>
    public static SdkRequest? TryRead(ReadOnlyMemory<byte> utf8, out string problem)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                problem = "";
                return new SdkRequest(document);
            }

            problem = $"A message to GameLift is a JSON object, not {Article(document.RootElement.ValueKind)}.";
        }
        catch (JsonException exception)
        {
            problem = $"The message is not JSON that GameLift reads: {exception.Message}";
        }
        catch (InvalidOperationException)
        {
            problem = "The message is not JSON that GameLift reads: half a character is in one of its texts.";
        }
        catch (SdkRequestException exception)
        {
            problem = exception.Message;
        }

        document?.Dispose();
        return null;
    }

    /// <summary>A text.</summary>
    /// <returns>Null when it is absent, null or empty.</returns>
    /// <exception cref="SdkRequestException">It is something else.</exception>
    public string? TextOrNull(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(name, "a text", value);
        }

        var text = value.GetString()!;
        var longest = name is nameof(Action) or nameof(RequestId) ? LongestId : LongestText;
        return text.Length > longest
            ? throw new SdkRequestException($"{name} is longer than {longest} characters.")
            : text.Length == 0 ? null : text;
    }

    /// <summary>A text that the action cannot do without.</summary>
    /// <exception cref="SdkRequestException">It is missing, or something else.</exception>
    public string Text(string name) => TextOrNull(name) ?? throw new SdkRequestException($"{Action} needs {name}, which is missing or empty.");

    /// <summary>A whole number; the SDK for C++ leaves out what is not above zero.</summary>
    /// <exception cref="SdkRequestException">It is something else.</exception>
    public int Number(string name, int otherwise = 0) => Find(name) is not { } value
        ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(name, "a whole number", value);

    /// <summary>A boolean that the action cannot do without.</summary>
    /// <exception cref="SdkRequestException">It is missing, or something else.</exception>
    public bool Flag(string name) => Find(name) is not { } value
        ? throw new SdkRequestException($"{Action} needs {name} (true or false), which is missing.")
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, "true or false", value);

    /// <summary>A list of texts; empty when it is absent or null.</summary>
    /// <exception cref="SdkRequestException">It is something else.</exception>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
            : throw Wrong(name, "a list of texts", value);
    }

    public void Dispose() => _document.Dispose();

    private static SdkRequestException Wrong(string name, string right, JsonElement value) =>
        new($"{name} must be {right}, not {Article(value.ValueKind)}.");

    private static string Article(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number of another kind",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private JsonElement? Find(string name)
    {
        foreach (var member in _document.RootElement.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value.ValueKind == JsonValueKind.Null ? null : member.Value;
            }
        }

        return null;
    }
}

/// <summary>A request that cannot be understood.</summary>
/// <param name="message">Why, in words that make sense in a game's log.</param>
internal sealed class SdkRequestException(string message) : Exception(message);
