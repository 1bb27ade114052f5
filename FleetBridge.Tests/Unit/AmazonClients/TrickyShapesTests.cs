using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.Clients.Generator.Clients;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Shapes that no service selected so far has: one that holds itself, lists of lists, maps of maps, numbers in all
/// of them.</summary>
public sealed class TrickyShapesTests : IDisposable
{
    private const string Shapes =
        """
        "Text": { "type": "string" }, "Int": { "type": "integer" }, "Float": { "type": "float" }, "Flag": { "type": "boolean" },
        "Long": { "type": "long" }, "Double": { "type": "double" }, "Time": { "type": "timestamp" }, "Blob": { "type": "blob" },
        "Kind": { "type": "string", "enum": ["some-kind", "other"] },
        "Texts": { "type": "list", "member": { "shape": "Text" } },
        "Nodes": { "type": "list", "member": { "shape": "Node" } }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Json_of_every_combination_survives()
    {
        using var code = Compile(
            "json",
            $$"""
            "Node": { "type": "structure", "members": {
              "name": { "shape": "Text" }, "Kind": { "shape": "Kind" }, "Next": { "shape": "Node" }, "Children": { "shape": "Nodes" },
              "ByName": { "shape": "NodeMap" }, "Table": { "shape": "Table" }, "Deep": { "shape": "DeepMap" }, "Kinds": { "shape": "KindList" },
              "Ints": { "shape": "Ints" }, "Times": { "shape": "Times" }, "Flags": { "shape": "Flags" }, "Longs": { "shape": "Longs" },
              "Blobs": { "shape": "Blobs" }, "Single": { "shape": "Float" }, "renamed": { "shape": "Text", "locationName": "on-the-wire" } } },
            "NodeMap": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Node" } },
            "Table": { "type": "list", "member": { "shape": "Row" } }, "Row": { "type": "list", "member": { "shape": "Double" } },
            "DeepMap": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "FloatMap" } },
            "FloatMap": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Float" } },
            "KindList": { "type": "list", "member": { "shape": "Kind" } }, "Ints": { "type": "list", "member": { "shape": "Int" } },
            "Times": { "type": "list", "member": { "shape": "Time" } }, "Blobs": { "type": "list", "member": { "shape": "Blob" } },
            "Flags": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Flag" } },
            "Longs": { "type": "map", "key": { "shape": "Text" }, "value": { "shape": "Long" } }
            """);
        const string Json =
            """
            {"name": "root", "Kind": "some-kind", "Next": {"name": "next", "Next": {"Next": {}}}, "Children": [{"Children": [{"name": "leaf"}]}, {}],
             "ByName": {"a \"key\"": {"ByName": {"b": {"name": "c"}}}}, "Table": [[1.5, 2.5], [], [3.5]], "Deep": {"x": {"y": 0.25}, "z": {}},
             "Kinds": ["some-kind", "unheard-of"], "Ints": [1, 2, 3], "Times": [1767323045.5], "Flags": {"yes": true, "no": false},
             "Longs": {"big": 9223372036854775807}, "Blobs": ["YQ=="], "Single": 1.25, "on-the-wire": "renamed"}
            """;
        Assert.Equal(Plain(Json), Plain(RoundTrip(code, Json)));
        Assert.Equal(Plain("""{"name": "a", "Ints": [1]}"""), Plain(RoundTrip(code, """{"New": {"Node": [[{}]]}, "name": "a", "Ints": [null, 1, null]}""")));
        Assert.Equal("null", RoundTrip(code, "null"));
    }

    [Fact]
    public void Form_and_xml_of_a_shape_that_holds_itself()
    {
        using var code = Compile(
            "query",
            """
            "Node": { "type": "structure", "members": {
              "Name": { "shape": "Text" }, "Kind": { "shape": "Kind" }, "Next": { "shape": "Node" }, "Children": { "shape": "Nodes" },
              "Names": { "shape": "Texts" }, "Flag": { "shape": "Flag" }, "Number": { "shape": "Double" }, "Time": { "shape": "Time" },
              "Blob": { "shape": "Blob" }, "Count": { "shape": "Long" } } }
            """);
        var xml = XElement.Parse(
            """
            <Node xmlns="https://some.amazonaws.com/doc/"><Name>root</Name><Kind>other</Kind><New><Name>not this</Name></New><Next><Name>next</Name>
            <Next><Flag>false</Flag></Next></Next><Children><member><Name>a</Name></member><member><Name>b</Name><Names><member>x</member>
            <member>y</member></Names></member></Children><Flag>true</Flag><Number>0.5</Number><Time>2026-01-02T03:04:05.5Z</Time>
            <Blob>YQ==</Blob><Count>5000000000</Count></Node>
            """);
        var node = code.Method("Amazon.Some.Model.NodeForm", "Read").Invoke(null, [xml])!;
        var fields = new Dictionary<string, string>();
        var form = Activator.CreateInstance(code.Assembly.GetType("Amazon.Clients.Runtime.FormFields", throwOnError: true)!, fields)!;
        code.Method("Amazon.Some.Model.NodeForm", "Write").Invoke(null, [form, "In.", node]);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["In.Name"] = "root",
                ["In.Kind"] = "other",
                ["In.Next.Name"] = "next",
                ["In.Next.Next.Flag"] = "false",
                ["In.Children.member.1.Name"] = "a",
                ["In.Children.member.2.Name"] = "b",
                ["In.Children.member.2.Names.member.1"] = "x",
                ["In.Children.member.2.Names.member.2"] = "y",
                ["In.Flag"] = "true",
                ["In.Number"] = "0.5",
                ["In.Time"] = "2026-01-02T03:04:05.5Z",
                ["In.Blob"] = "YQ==",
                ["In.Count"] = "5000000000",
            },
            fields);
    }

    [Fact]
    public void Elements_without_content_are_null()
    {
        using var code = Compile(
            "query",
            """
            "Node": { "type": "structure", "members": { "Name": { "shape": "Text" }, "Kind": { "shape": "Kind" }, "Names": { "shape": "Texts" },
              "Count": { "shape": "Int" }, "Time": { "shape": "Time" }, "Next": { "shape": "Node" } } }
            """);
        var node = code.Method("Amazon.Some.Model.NodeForm", "Read").Invoke(
            null, [XElement.Parse("<Node><Name/><Kind/><Names/><Count/><Time></Time></Node>")])!;
        Assert.All(
            node.GetType().GetProperties().Where(property => property.Name != "Names"), property => Assert.Null(property.GetValue(node)));
    }

    public void Dispose() => _folder.Dispose();

    private static string RoundTrip(CompiledCode code, string json)
    {
        var type = code.Assembly.GetType("Amazon.Some.Model.Node", throwOnError: true)!;
        var body = code.Assembly.GetType("Amazon.Clients.Runtime.JsonBody", throwOnError: true)!;
        var readType = code.Assembly.GetType("Amazon.Clients.Runtime.JsonRead`1", throwOnError: true)!.MakeGenericType(type);
        var read = code.Method("Amazon.Some.Model.NodeJson", "Read").CreateDelegate(readType);
        var write = code.Method("Amazon.Some.Model.NodeJson", "Write").CreateDelegate(typeof(Action<,>).MakeGenericType(typeof(Utf8JsonWriter), type));
        var reading = code.Method("Amazon.Clients.Runtime.JsonBody", "Read").MakeGenericMethod(type)
            .CreateDelegate(typeof(Reading<>).MakeGenericType(readType));
        var value = ReadThrough(reading, Encoding.UTF8.GetBytes(json), read);
        return value is null
            ? "null"
            : Encoding.UTF8.GetString((byte[])body.GetMethod("Write")!.MakeGenericMethod(type).Invoke(null, [value, write])!);
    }

    // a span is no argument of a reflected call
    private static object? ReadThrough(Delegate reading, byte[] body, Delegate read) =>
        typeof(TrickyShapesTests).GetMethod(nameof(ReadTyped), System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!
            .MakeGenericMethod(read.GetType()).Invoke(null, [reading, body, read]);

    private static object? ReadTyped<TRead>(Reading<TRead> reading, byte[] body, TRead read) => reading(body, read);

    private delegate object? Reading<in TRead>(ReadOnlySpan<byte> body, TRead read);

    private static string Plain(string json) => JsonNode.Parse(json)!.ToJsonString();

    private CompiledCode Compile(string protocol, string shapes)
    {
        Directory.CreateDirectory(_folder["models"]);
        Directory.CreateDirectory(_folder["selections"]);
        File.WriteAllText(
            Path.Combine(_folder["models"], "some.json"),
            $$"""
            {
              "metadata": { "apiVersion": "2026-01-01", "endpointPrefix": "some", "protocol": "{{protocol}}", "serviceId": "Some", "targetPrefix": "Some" },
              "operations": { "Turn": { "http": { "method": "POST", "requestUri": "/" }, "input": { "shape": "TurnInput" }, "output": { "shape": "TurnOutput" } } },
              "shapes": {
                "TurnInput": { "type": "structure", "members": { "Given": { "shape": "Node" } } },
                "TurnOutput": { "type": "structure", "members": { "Taken": { "shape": "Node" } } },
                {{Shapes}}, {{shapes}}
              }
            }
            """);
        File.WriteAllText(
            Path.Combine(_folder["selections"], "some.json"),
            """{ "summary": "Some.", "namespace": "Amazon.Some", "client": "AmazonSome", "operations": "*" }""");
        return new(
            ClientGenerator.Generate(_folder["models"], _folder["selections"]).Files.Values,
            Path.Combine("Amazon.Clients", "Runtime"),
            without: "MarshallingWarmup.cs");
    }
}
