using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Emulation.Shapes;

namespace Amazon.Emulation.Models;

/// <summary>
/// Holds a value against its shape. What cannot even be read (a wrong type, a member that does not exist) is kept apart from
/// what breaks a constraint, as the services do.
/// </summary>
internal sealed class ModelCheck
{
    private readonly ServiceModel _model;
    private readonly bool _isAnswer;

    private ModelCheck(ServiceModel model, bool isAnswer) => (_model, _isAnswer) = (model, isAnswer);

    /// <summary>What cannot be read.</summary>
    public List<string> Unreadable { get; } = [];

    /// <summary>Constraints that are not kept, in AWS's words.</summary>
    public List<string> Broken { get; } = [];

    /// <summary>Every problem in one sentence, as AWS puts it.</summary>
    public string Sentence => ShapeCheck.SentenceOf(Broken);

    /// <summary>Checks an input.</summary>
    public static ModelCheck Of(ServiceModel model, ModelShape shape, JsonObject value) => Checked(model, shape, value, isAnswer: false);

    /// <summary>Checks an answer. There lists may be shorter than the model's least: the services answer with empty ones.</summary>
    public static ModelCheck OfAnswer(ServiceModel model, ModelShape shape, JsonObject value) => Checked(model, shape, value, isAnswer: true);

    private static ModelCheck Checked(ServiceModel model, ModelShape shape, JsonObject value, bool isAnswer)
    {
        var check = new ModelCheck(model, isAnswer);
        check.Structure(shape, value, "");
        return check;
    }

    private void Value(ModelShape shape, JsonNode value, string path)
    {
        switch (shape.Type)
        {
            case "structure" when value is JsonObject structure:
                Structure(shape, structure, path);
                break;
            case "list" when value is JsonArray list:
                List(shape, list, path);
                break;
            case "map" when value is JsonObject map:
                Map(shape, map, path);
                break;
            case "string" when value.GetValueKind() == JsonValueKind.String:
                Text(shape, (string)value!, path);
                break;
            case "blob" when value.GetValueKind() == JsonValueKind.String:
                Blob((string)value!, path);
                break;
            case "boolean" when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False:
                break;
            case "timestamp" or "double" when value.GetValueKind() == JsonValueKind.Number:
                Bounds(shape, Number(value), "value", value.ToJsonString(), path);
                break;
            case "integer" or "long" when value.GetValueKind() == JsonValueKind.Number && double.IsInteger(Number(value)):
                Bounds(shape, Number(value), "value", value.ToJsonString(), path);
                break;
            default:
                Unreadable.Add($"{Named(path)} is {value.GetValueKind()}, where {shape.Name} is a {shape.Type}");
                break;
        }
    }

    private void Structure(ModelShape shape, JsonObject value, string path)
    {
        foreach (var name in shape.Required.Where(name => value[name] is null))
        {
            Broken.Add(ShapeCheck.Missing(ShapeCheck.Below(path, name)));
        }

        foreach (var (name, member) in value)
        {
            if (!shape.Members.TryGetValue(name, out var known))
            {
                Unreadable.Add($"{shape.Name} has no member {name}");
            }
            else if (member is not null)
            {
                Value(_model.Shapes[known.Shape], member, ShapeCheck.Below(path, name));
            }
        }
    }

    private void List(ModelShape shape, JsonArray list, string path)
    {
        if (!_isAnswer || list.Count > 0)
        {
            Bounds(shape, list.Count, "length", list.ToJsonString(), path);
        }

        for (var i = 0; i < list.Count; i++)
        {
            var place = $"{path}.{i + 1}.member";
            if (list[i] is { } element)
            {
                Value(_model.Shapes[shape.Element!], element, place);
            }
            else
            {
                Unreadable.Add($"{Named(place)} is null");
            }
        }
    }

    private void Map(ModelShape shape, JsonObject map, string path)
    {
        Bounds(shape, map.Count, "length", map.ToJsonString(), path);
        foreach (var (key, value) in map)
        {
            Text(_model.Shapes[shape.Key!], key, $"{path}.key");
            if (value is not null)
            {
                Value(_model.Shapes[shape.Value!], value, $"{path}.{key}.member");
            }
        }
    }

    private void Text(ModelShape shape, string text, string path)
    {
        Broken.AddRange(shape.Constraint.Problems(text, Named(path)));
    }

    private void Blob(string text, string path)
    {
        if (!Convert.TryFromBase64String(text, new byte[text.Length], out _))
        {
            Unreadable.Add($"{Named(path)} is not base64");
        }
    }

    private void Bounds(ModelShape shape, double number, string what, string shown, string path) =>
        Broken.AddRange(shape.Constraint.Bounds(number, what, shown, Named(path)));

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static string Named(string path) => path.Length == 0 ? "the input" : path;
}
