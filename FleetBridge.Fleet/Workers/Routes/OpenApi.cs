using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Core.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>The OpenAPI document of the routes, made from the same table that serves them.</summary>
internal static class OpenApi
{
    /// <summary>The document.</summary>
    public static byte[] Write(IEnumerable<FleetRoute> routes)
    {
        var paths = new JsonObject();
        foreach (var path in routes.GroupBy(route => route.Path))
        {
            paths[path.Key] = new JsonObject(path.Select(
                route => KeyValuePair.Create(route.Method.ToLowerInvariant(), (JsonNode?)Describe(route))));
        }

        var document = new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "FleetBridge host", ["version"] = ProgramInfo.Version },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject { ["Problem"] = Schema(RouteJson.Default.ProblemObject) },
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(document, DocumentJson.Default.JsonObject);
    }

    private static JsonObject Describe(FleetRoute route)
    {
        var described = new JsonObject
        {
            ["summary"] = route.Summary,
            ["parameters"] = new JsonArray([.. Parameters(route)]),
            ["responses"] = new JsonObject
            {
                [$"{route.Status}"] = Response(route),
                ["default"] = new JsonObject
                {
                    ["description"] = "A problem (RFC 9457).",
                    ["content"] = new JsonObject
                    {
                        ["application/problem+json"] = new JsonObject
                        {
                            ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Problem" },
                        },
                    },
                },
            },
        };
        if (route.Body is { } body)
        {
            described["requestBody"] = new JsonObject { ["content"] = Json(body) };
        }

        return described;
    }

    private static IEnumerable<JsonNode> Parameters(FleetRoute route) => route.Path.Split('/')
        .Where(part => part.StartsWith('{'))
        .Select(part => Parameter(part.Trim('{', '}'), "path", null))
        .Concat(route.Query.Select(query => Parameter(query.Name, "query", query.Description)));

    private static JsonObject Parameter(string name, string place, string? description)
    {
        var parameter = new JsonObject
        {
            ["name"] = name,
            ["in"] = place,
            ["required"] = place == "path",
            ["schema"] = new JsonObject { ["type"] = "string" },
        };
        if (description is not null)
        {
            parameter["description"] = description;
        }

        return parameter;
    }

    private static JsonObject Response(FleetRoute route)
    {
        var response = new JsonObject { ["description"] = ReasonPhrases.GetReasonPhrase(route.Status) };
        if (route.Response is { } type)
        {
            response["content"] = Json(type);
        }
        else if (route.ContentTypes.Count > 0)
        {
            response["content"] = new JsonObject(route.ContentTypes.Select(content => KeyValuePair.Create(
                content, (JsonNode?)new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } })));
        }

        return response;
    }

    private static JsonObject Json(JsonTypeInfo type) => new() { ["application/json"] = new JsonObject { ["schema"] = Schema(type) } };

    private static JsonNode Schema(JsonTypeInfo type) => JsonSchemaExporter.GetJsonSchemaAsNode(
        type,
        new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, schema) => context.TypeInfo.Type == typeof(Servers.GameId)
                ? new JsonObject { ["type"] = "string" }
                : context.TypeInfo.Type == typeof(DateTimeOffset) || context.TypeInfo.Type == typeof(DateTimeOffset?)
                    ? new JsonObject { ["type"] = new JsonArray("string", "null"), ["format"] = "date-time" }
                    : schema,
        });
}

/// <summary>JSON whose shape is made here.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class DocumentJson : System.Text.Json.Serialization.JsonSerializerContext;
