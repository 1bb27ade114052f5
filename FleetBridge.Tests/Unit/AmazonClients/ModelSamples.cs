using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;
using Amazon.GameLift;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>A value of every shape of a service, once as the client's type has it and once as JSON has it; both are made from
/// the model alone.</summary>
/// <param name="surface">The service.</param>
internal sealed class ModelSamples(ServiceSurface surface)
{
    /// <summary>The time that every timestamp has.</summary>
    public static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, 500, DateTimeKind.Utc);

    /// <summary>The bytes that every blob has.</summary>
    public static readonly byte[] Bytes = Encoding.UTF8.GetBytes("a blob: \0ÿ");

    /// <summary>The type that was generated for a class.</summary>
    /// <param name="name">The class's name.</param>
    public Type TypeOf(string name)
    {
        var type = typeof(AmazonGameLiftClient).Assembly.GetType($"{surface.ModelNamespace}.{name}");
        Assert.True(type is not null, $"{surface.ModelNamespace}.{name} is not compiled.");
        return type;
    }

    /// <summary>An object of a generated class, with every member set.</summary>
    /// <param name="type">The class.</param>
    public object Object(SurfaceClass type)
    {
        var value = Activator.CreateInstance(TypeOf(type.Name))!;
        foreach (var member in type.Members)
        {
            var property = value.GetType().GetProperty(member.Name);
            Assert.True(property is not null, $"{type.Name}.{member.Name} is not compiled.");
            property.SetValue(value, Value(member.Shape, member.Name, property.PropertyType));
        }

        return value;
    }

    /// <summary>The members of a class's body, as JSON.</summary>
    /// <param name="type">The class.</param>
    public JsonObject Json(SurfaceClass type)
    {
        var json = new JsonObject();
        foreach (var member in type.Body)
        {
            json[member.Model.WireName] = Json(member.Shape, member.Name);
        }

        return json;
    }

    /// <summary>A scalar as text: in a path, a query, a header, a form or XML.</summary>
    /// <param name="shape">The member's shape.</param>
    /// <param name="name">The member's name.</param>
    public static string Text(ModelShape shape, string name) => shape switch
    {
        { IsConstant: true } => shape.Values[0],
        { Type: "string" } => $"{name} \"&=\"/1",
        { Type: "boolean" } => "true",
        { Type: "integer" } => "7",
        { Type: "long" } => "5000000000",
        { Type: "double" or "float" } => "1.5",
        { Type: "timestamp" } => "2026-01-02T03:04:05.5Z",
        { Type: "blob" } => Convert.ToBase64String(Bytes),
        _ => throw new ArgumentException(shape.Type, nameof(shape)),
    };

    /// <summary>The class of a structure.</summary>
    /// <param name="shape">Its shape.</param>
    public SurfaceClass Structure(ModelShape shape) =>
        surface.Structures.Single(structure => structure.Name == char.ToUpperInvariant(shape.Name[0]) + shape.Name[1..]);

    /// <summary>The shape that is held in a list or a map.</summary>
    /// <param name="member">What holds it.</param>
    public ModelShape Held(ModelMember member) => surface.Shape(member.Shape);

    private JsonNode Json(ModelShape shape, string name) => shape switch
    {
        { IsStructure: true } => Json(Structure(shape)),
        { Type: "list" } => new JsonArray(Json(Held(shape.Item!), name + "1"), Json(Held(shape.Item!), name + "2")),
        { Type: "map" } => new JsonObject { ["a key"] = Json(Held(shape.Value!), name) },
        { Type: "boolean" } => true,
        { Type: "integer" } => 7,
        { Type: "long" } => 5_000_000_000L,
        { Type: "double" or "float" } => 1.5,
        { Type: "timestamp" } => 1_767_323_045.5,
        _ => Text(shape, name),
    };

    private object Value(ModelShape shape, string name, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        switch (shape.Type)
        {
            case "structure":
                return Object(Structure(shape));
            case "list":
                var list = (IList)Activator.CreateInstance(plain)!;
                list.Add(Value(Held(shape.Item!), name + "1", plain.GetGenericArguments()[0]));
                list.Add(Value(Held(shape.Item!), name + "2", plain.GetGenericArguments()[0]));
                return list;
            case "map":
                var map = (IDictionary)Activator.CreateInstance(plain)!;
                map["a key"] = Value(Held(shape.Value!), name, plain.GetGenericArguments()[1]);
                return map;
            case "string" when plain != typeof(string):
                return plain.GetMethod("FindValue", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [Text(shape, name)])!;
            case "blob":
                return new MemoryStream(Bytes);
            default:
                return shape.Type switch
                {
                    "string" => Text(shape, name),
                    "boolean" => true,
                    "integer" => 7,
                    "long" => 5_000_000_000L,
                    "double" => 1.5,
                    "float" => 1.5f,
                    "timestamp" => Time,
                    _ => throw new ArgumentException(shape.Type, nameof(shape)),
                };
        }
    }
}
