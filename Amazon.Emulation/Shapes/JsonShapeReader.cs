using System.Globalization;
using System.Text.Json;

namespace Amazon.Emulation.Shapes;

/// <summary>Shapes from JSON, as in AWS's <c>json 1.1</c>: times are seconds since 1970, bytes are Base64.</summary>
internal sealed class JsonShapeReader : IShapeReader
{
    private readonly Stack<JsonElement.ObjectEnumerator> _objects = [];
    private readonly Stack<JsonElement.ArrayEnumerator> _arrays = [];
    private JsonElement _value;

    /// <summary>Reads from a value.</summary>
    /// <param name="value">The value.</param>
    public JsonShapeReader(JsonElement value) => _value = value;

    /// <summary>A structure from a JSON document.</summary>
    /// <param name="document">The document in UTF-8.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="FormatException">It is not this structure.</exception>
    public static T? Document<T>(ReadOnlyMemory<byte> document)
        where T : class, IShape<T>
    {
        using var parsed = JsonDocument.Parse(document);
        return T.Read(new JsonShapeReader(parsed.RootElement));
    }

    /// <inheritdoc/>
    public bool BeginStructure() => BeginObject();

    /// <inheritdoc/>
    public string? NextMember() => NextName();

    /// <inheritdoc/>
    public bool BeginList()
    {
        if (IsNull)
        {
            return false;
        }

        _arrays.Push(Is(JsonValueKind.Array).EnumerateArray());
        return true;
    }

    /// <inheritdoc/>
    public bool NextItem()
    {
        // enumerators are values: the one that has moved goes back
        var items = _arrays.Pop();
        if (!items.MoveNext())
        {
            return false;
        }

        _arrays.Push(items);
        _value = items.Current;
        return true;
    }

    /// <inheritdoc/>
    public bool BeginMap() => BeginObject();

    /// <inheritdoc/>
    public string? NextKey() => NextName();

    /// <inheritdoc/>
    public void Skip()
    {
        // a value is only entered when it is read
    }

    /// <inheritdoc/>
    public string? Text() => IsNull ? null : Unescaped(static value => value.GetString(), Is(JsonValueKind.String));

    /// <inheritdoc/>
    public bool? Boolean() => _value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong("a boolean"),
    };

    /// <inheritdoc/>
    public int? Integer() => IsNull ? null : Is(JsonValueKind.Number).TryGetInt32(out var value) ? value : throw Wrong("a whole number of 32 bits");

    /// <inheritdoc/>
    public long? Long() => IsNull ? null : Is(JsonValueKind.Number).TryGetInt64(out var value) ? value : throw Wrong("a whole number of 64 bits");

    /// <inheritdoc/>
    public double? Double() => _value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => double.TryParse(Text(), CultureInfo.InvariantCulture, out var value) ? value : throw Wrong("a number"),
        _ => Is(JsonValueKind.Number).GetDouble(),
    };

    /// <inheritdoc/>
    public float? Float() => (float?)Double();

    /// <inheritdoc/>
    public DateTimeOffset? Time() => IsNull ? null : ShapeTime.FromSeconds(Is(JsonValueKind.Number).GetDouble());

    /// <inheritdoc/>
    public byte[]? Blob() => IsNull ? null : Is(JsonValueKind.String).TryGetBytesFromBase64(out var bytes) ? bytes : throw Wrong("Base64");

    private bool IsNull => _value.ValueKind == JsonValueKind.Null;

    private bool BeginObject()
    {
        if (IsNull)
        {
            return false;
        }

        _objects.Push(Is(JsonValueKind.Object).EnumerateObject());
        return true;
    }

    private string? NextName()
    {
        var members = _objects.Pop();
        if (!members.MoveNext())
        {
            return null;
        }

        _objects.Push(members);
        _value = members.Current.Value;
        return Unescaped(static member => member.Name, members.Current);
    }

    private static T Unescaped<TValue, T>(Func<TValue, T> read, TValue value)
    {
        try
        {
            return read(value);
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("A text has half a surrogate pair, or bytes that are no UTF-8.", exception);
        }
    }

    private JsonElement Is(JsonValueKind kind) => _value.ValueKind == kind ? _value : throw Wrong($"{kind}");

    private FormatException Wrong(string expected) => new($"{expected} is expected, not {_value.ValueKind}.");
}
