using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.Emulation.Models;

namespace Amazon.Emulation.Wire;

/// <summary>A form whose keys are paths, <c>Tags.member.1.Key</c>, on its way to an object.</summary>
internal sealed class FormTree
{
    private readonly SortedDictionary<string, FormTree> _below = new(StringComparer.Ordinal);
    private string? _text;

    /// <summary>Adds a value at a path.</summary>
    public void Add(ReadOnlySpan<string> path, string value)
    {
        if (path.IsEmpty)
        {
            _text = value;
            return;
        }

        if (!_below.TryGetValue(path[0], out var next))
        {
            _below[path[0]] = next = new FormTree();
        }

        next.Add(path[1..], value);
    }

    /// <summary>As a structure; what the shape does not know stays, for the check to find.</summary>
    public JsonObject Structure(ServiceModel model, ModelShape shape)
    {
        var structure = new JsonObject();
        foreach (var (name, value) in _below)
        {
            structure[name] = shape.Members.TryGetValue(name, out var member) ? value.Value(model, model.Shapes[member.Shape]) : value._text;
        }

        return structure;
    }

    private JsonNode? Value(ServiceModel model, ModelShape shape) => shape.Type switch
    {
        "structure" => Structure(model, shape),
        "list" => List(model, shape),
        "integer" or "long" when long.TryParse(_text, CultureInfo.InvariantCulture, out var number) => number,
        "boolean" when bool.TryParse(_text, out var flag) => flag,
        _ => _text,
    };

    private JsonArray List(ServiceModel model, ModelShape shape) => _below.TryGetValue("member", out var members)
        ? [.. members._below.OrderBy(item => int.Parse(item.Key, CultureInfo.InvariantCulture)).Select(item => item.Value.Value(model, model.Shapes[shape.Element!]))]
        : [];
}
