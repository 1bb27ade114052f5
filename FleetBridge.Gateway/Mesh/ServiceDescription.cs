using System.Text.Json.Nodes;
using FleetBridge.Core.Text;

namespace FleetBridge.Gateway.Mesh;

/// <summary>A method of a service.</summary>
/// <param name="Description">What it does, as a sentence.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record MethodDescription(string Description, params MethodParameter[] Parameters);

/// <summary>A parameter of a method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="IsRequired">Whether a call without it is refused.</param>
/// <param name="Default">Its value where a call leaves it out; null for none.</param>
internal sealed record MethodParameter(string Name, string Type = "string", bool IsRequired = false, string? Default = null);

/// <summary>What a service tells about itself, in the shape that the service mesh has for it.</summary>
internal sealed record ServiceDescription(string Name, string Description, IReadOnlyDictionary<string, MethodDescription> Methods)
{
    /// <summary>The method that every service has.</summary>
    public const string Method = "nuropb_describe";

    public JsonObject ToJson()
    {
        var methods = new JsonObject();
        foreach (var (name, method) in Methods.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            methods[name] = new JsonObject
            {
                ["description"] = method.Description,
                ["requires_encryption"] = false,
                ["parameters"] = new JsonObject
                {
                    ["type"] = "object",

                    // pairs, as the mesh's own services have them
                    ["properties"] = new JsonArray([.. method.Parameters.Select(parameter => (JsonNode)new JsonArray(
                        parameter.Name,
                        new JsonObject { ["type"] = parameter.Type, ["description"] = "", ["default"] = parameter.Default }))]),
                    ["required"] = new JsonArray([.. method.Parameters.Where(one => one.IsRequired).Select(one => (JsonNode)one.Name)]),
                },
            };
        }

        return new JsonObject
        {
            ["service_name"] = Name,
            ["service_version"] = ProgramInfo.Version,
            ["description"] = Description,
            ["warnings"] = new JsonArray(),
            ["encrypted_methods"] = new JsonArray(),
            ["public_key"] = null,
            ["methods"] = methods,
        };
    }
}
