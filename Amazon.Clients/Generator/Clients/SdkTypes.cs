using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>The C# types of a service's shapes, as AWS's SDK for .NET has them.</summary>
/// <param name="surface">The service.</param>
internal sealed class SdkTypes(ServiceSurface surface)
{
    /// <summary>A property's type; each can be null.</summary>
    /// <param name="shape">The member's shape.</param>
    public string Property(ModelShape shape) => $"{Of(shape, isItem: false)}?";

    /// <summary>The type of a shape that is held in a list or a map: constants are strings there.</summary>
    /// <param name="shape">The shape.</param>
    public string Item(ModelShape shape) => Of(shape, isItem: true);

    /// <summary>The type of a constant, by its full name.</summary>
    /// <param name="shape">The string with a fixed set of values.</param>
    public string Constant(ModelShape shape) => $"global::{surface.Selection.Namespace}.{OfficialNames.Pascal(shape.Name)}";

    /// <summary>Whether a shape is a value type of .NET.</summary>
    /// <param name="shape">The shape.</param>
    public static bool IsValue(ModelShape shape) => shape.Type is "integer" or "long" or "float" or "double" or "boolean" or "timestamp";

    private string Of(ModelShape shape, bool isItem) => shape.Type switch
    {
        "structure" => $"global::{surface.ModelNamespace}.{OfficialNames.Pascal(shape.Name)}",
        "list" => $"global::System.Collections.Generic.List<{Item(surface.Shape(shape.Item!.Shape))}>",
        "map" => $"global::System.Collections.Generic.Dictionary<string, {Item(surface.Shape(shape.Value!.Shape))}>",
        "string" => shape.IsConstant && !isItem ? Constant(shape) : "string",
        "integer" => "int",
        "long" => "long",
        "float" => "float",
        "double" => "double",
        "boolean" => "bool",
        "timestamp" => "global::System.DateTime",
        "blob" => "global::System.IO.MemoryStream",
        _ => throw new FormatException($"The shape {shape.Name} is a {shape.Type}, which the generator does not know."),
    };
}
