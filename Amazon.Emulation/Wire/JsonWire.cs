using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Emulation.Models;

namespace Amazon.Emulation.Wire;

/// <summary>The JSON that the two JSON protocols share.</summary>
internal static class JsonWire
{
    /// <summary>Reads an object; an empty body is an empty object.</summary>
    public static JsonObject Read(byte[] body)
    {
        if (body.Length == 0)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new AwsError("SerializationException", "Start of structure or map found where not expected.", 400);
        }
        catch (JsonException exception)
        {
            throw new AwsError("SerializationException", exception.Message, 400);
        }
    }

    /// <summary>A copy without nulls, since services leave out what is not there.</summary>
    /// <param name="model">The service's model.</param>
    /// <param name="shape">The object's shape.</param>
    /// <param name="value">The object.</param>
    /// <param name="wireNames">Whether members take their names on the wire: in rest-json only.</param>
    public static JsonObject Written(ServiceModel model, ModelShape shape, JsonObject value, bool wireNames)
    {
        var written = new JsonObject();
        foreach (var (name, member) in value)
        {
            if (member is null)
            {
                continue;
            }

            var (key, next) = shape.Type == "map"
                ? (name, shape.Value!)
                : (wireNames ? shape.Members[name].WireName : name, shape.Members[name].Shape);
            written[key] = Written(model, model.Shapes[next], member, wireNames);
        }

        return written;
    }

    private static JsonNode Written(ServiceModel model, ModelShape shape, JsonNode value, bool wireNames) => value switch
    {
        JsonObject structure => Written(model, shape, structure, wireNames),
        JsonArray list => new JsonArray([.. list.Select(item => Written(model, model.Shapes[shape.Element!], item!, wireNames))]),
        _ => value.DeepClone(),
    };
}
