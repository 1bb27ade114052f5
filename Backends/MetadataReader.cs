using System.Text.Json;

namespace FleetBridge.Backends;

/// <summary>
/// Reads the metadata's JSON token by token. The framework's serializer would do it in fewer lines, but its generic code over
/// value types is compiled at every start, and the editor's first response waits for that.
/// </summary>
internal ref struct MetadataReader
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    private MetadataReader(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new Utf8JsonReader(
            text, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <summary>Reads the whole metadata.</summary>
    /// <param name="text">The JSON, in UTF-8 without a byte-order mark.</param>
    /// <exception cref="JsonException">It is not JSON, or a member is missing, unknown or of another kind.</exception>
    public static BackendMetadata Read(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new MetadataReader(text);
            reader.Next();
            var metadata = reader.ReadMetadata();
            return reader._reader.Read() ? throw reader.Problem("There is something after the metadata.") : metadata;
        }
        catch (JsonException exception) when (exception.GetType() != typeof(JsonException))
        {
            // the reader's own type is internal
            throw new JsonException(exception.Message, exception.Path, exception.LineNumber, exception.BytePositionInLine, exception);
        }
        catch (InvalidOperationException exception)
        {
            // half a character, or bytes that are none, inside a text
            throw new JsonException(exception.Message, exception);
        }
    }

    private BackendMetadata ReadMetadata()
    {
        const string Type = BackendMetadata.FleetTypeName;
        const string Description = BackendMetadata.FleetDescriptionName;
        const string Components = "Components";
        string? type = null;
        string? description = null;
        List<MetadataComponent>? components = null;
        Expect(JsonTokenType.StartObject);
        while (NextMember() is { } name)
        {
            switch (name)
            {
                case Type:
                    type = ReadText();
                    break;
                case Description:
                    description = ReadText();
                    break;
                case Components:
                    components = [];
                    Expect(JsonTokenType.StartArray);
                    while (NextItem())
                    {
                        components.Add(ReadComponent());
                    }

                    break;
                default:
                    throw Unknown(name);
            }
        }

        return new BackendMetadata(
            type ?? throw Missing(Type), description ?? throw Missing(Description), components ?? throw Missing(Components));
    }

    private MetadataComponent ReadComponent()
    {
        const string Name = "Name";
        const string Description = "Description";
        const string Requests = "Requests";
        string? title = null;
        string? description = null;
        List<MetadataRequest>? requests = null;
        Expect(JsonTokenType.StartObject);
        while (NextMember() is { } name)
        {
            switch (name)
            {
                case Name:
                    title = ReadText();
                    break;
                case Description:
                    description = ReadText();
                    break;
                case Requests:
                    requests = [];
                    Expect(JsonTokenType.StartArray);
                    while (NextItem())
                    {
                        requests.Add(ReadRequest());
                    }

                    break;
                default:
                    throw Unknown(name);
            }
        }

        return new MetadataComponent(
            title ?? throw Missing(Name), description ?? throw Missing(Description), requests ?? throw Missing(Requests));
    }

    private MetadataRequest ReadRequest()
    {
        const string Name = "Name";
        const string RequestPath = "RequestPath";
        string? caption = null;
        string? path = null;
        Expect(JsonTokenType.StartObject);
        while (NextMember() is { } name)
        {
            switch (name)
            {
                case Name:
                    caption = ReadText();
                    break;
                case RequestPath:
                    path = ReadText();
                    break;
                default:
                    throw Unknown(name);
            }
        }

        return new MetadataRequest(caption ?? throw Missing(Name), path ?? throw Missing(RequestPath));
    }

    /// <summary>Moves to the value of the next member; null at the object's end.</summary>
    private string? NextMember()
    {
        Next();
        if (_reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        var name = _reader.GetString();
        Next();
        return name;
    }

    /// <summary>Moves to the next item; false at the list's end.</summary>
    private bool NextItem()
    {
        Next();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    private readonly string ReadText()
    {
        Expect(JsonTokenType.String);
        return _reader.GetString()!;
    }

    private void Next()
    {
        if (!_reader.Read())
        {
            throw Problem("The metadata ends too early.");
        }
    }

    private readonly void Expect(JsonTokenType kind)
    {
        if (_reader.TokenType != kind)
        {
            throw Problem($"There is a {_reader.TokenType} where a {kind} belongs.");
        }
    }

    private readonly JsonException Unknown(string name) => Problem($"The member '{name}' is unknown.");

    private readonly JsonException Missing(string name) => Problem($"The member '{name}' is missing from the object that ends here.");

    private readonly JsonException Problem(string message)
    {
        var before = _text[..(int)_reader.TokenStartIndex];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new JsonException(message, path: null, before.Count((byte)'\n'), before.Length - lineStart);
    }
}
