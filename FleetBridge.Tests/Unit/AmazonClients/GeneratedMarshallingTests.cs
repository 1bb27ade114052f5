using System.Collections;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.Clients.Generator.Clients;
using Amazon.Runtime;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>
/// Every operation of every service: what a client sends of a request in which every member is set, and what it reads of a
/// response that has every member, held against the model.
/// </summary>
public sealed class GeneratedMarshallingTests
{
    public static TheoryData<string, string> Operations() => ClientModels.Operations();

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Operation_sends_and_reads_every_member(string service, string name)
    {
        var surface = ClientModels.Surface(service);
        var operation = surface.Operations.Single(operation => operation.Model.Name == name);
        var samples = new ModelSamples(surface);
        using var client = new RecordedClient(surface);
        using var response = Response(surface, operation, samples);
        var read = await client.CallAsync(name, samples.Object(operation.Request), response);
        AssertRequest(surface, operation, samples, client);
        AssertSame(samples.Object(operation.Response), read, name);
    }

    private static HttpResponseMessage Response(ServiceSurface surface, SurfaceOperation operation, ModelSamples samples)
    {
        var type = operation.Response;
        var body = (surface.Protocol, type.Payload) switch
        {
            (_, not null) => ModelSamples.Bytes,
            ("query", _) => Encoding.UTF8.GetBytes(Xml(surface, operation, samples)),
            _ => Encoding.UTF8.GetBytes(samples.Json(type).ToJsonString()),
        };
        var response = new HttpResponseMessage((HttpStatusCode)207) { Content = new ByteArrayContent(body) };
        response.Headers.TryAddWithoutValidation("x-amzn-RequestId", "a request");
        foreach (var member in type.Members.Where(member => member.Model.Location == "header"))
        {
            response.Headers.TryAddWithoutValidation(member.Model.WireName, ModelSamples.Text(member.Shape, member.Name));
        }

        return response;
    }

    private static string Xml(ServiceSurface surface, SurfaceOperation operation, ModelSamples samples)
    {
        var root = new XElement($"{operation.Model.Name}Response");
        if (operation.Model.ResultWrapper is { } wrapper)
        {
            root.Add(new XElement(wrapper, new SampleWire(samples).Elements(operation.Response)));
        }

        root.Add(new XElement("ResponseMetadata", new XElement("RequestId", "a request")));
        XNamespace space = $"https://{surface.Model.EndpointPrefix}.amazonaws.com/doc/{surface.Model.ApiVersion}/";
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = space + element.Name.LocalName;
        }

        return root.ToString();
    }

    private static void AssertRequest(ServiceSurface surface, SurfaceOperation operation, ModelSamples samples, RecordedClient client)
    {
        switch (surface.Protocol)
        {
            case "json":
                Assert.Equal($"{surface.Model.TargetPrefix}.{operation.Model.Name}", Header(client, "X-Amz-Target"));
                Assert.Equal("application/x-amz-json-1.1", Header(client, "Content-Type"));
                AssertJson(samples.Json(operation.Request), client.Body);
                break;
            case "query":
                var expected = new SampleWire(samples).Fields(operation.Request);
                expected["Action"] = operation.Model.Name;
                expected["Version"] = surface.Model.ApiVersion;
                Assert.Equal(
                    expected.Select(field => (field.Key, field.Value)).Order(), Form(Encoding.UTF8.GetString(client.Body)).Order());
                break;
            default:
                AssertRest(operation, samples, client);
                break;
        }
    }

    private static void AssertRest(SurfaceOperation operation, ModelSamples samples, RecordedClient client)
    {
        var type = operation.Request;
        var path = operation.Model.Path;
        var query = new List<(string Name, string Value)>();
        foreach (var member in type.Members)
        {
            switch (member.Model.Location)
            {
                case "uri":
                    path = path.Replace(
                        $"{{{member.Model.WireName}}}", Uri.EscapeDataString(ModelSamples.Text(member.Shape, member.Name)), StringComparison.Ordinal);
                    break;
                case "querystring" when member.Shape.Type == "list":
                    query.Add((member.Model.WireName, ModelSamples.Text(samples.Held(member.Shape.Item!), member.Name + "1")));
                    query.Add((member.Model.WireName, ModelSamples.Text(samples.Held(member.Shape.Item!), member.Name + "2")));
                    break;
                case "querystring":
                    query.Add((member.Model.WireName, ModelSamples.Text(member.Shape, member.Name)));
                    break;
                case "header":
                    Assert.Equal(ModelSamples.Text(member.Shape, member.Name), Header(client, member.Model.WireName));
                    break;
            }
        }

        Assert.Equal(operation.Model.Method, client.Request.Method.Method);
        Assert.Equal(path, client.Request.RequestUri!.AbsolutePath);
        Assert.Equal(query.Order(), Form(client.Request.RequestUri.Query.TrimStart('?')).Order());
        if (type.Payload is not null)
        {
            Assert.Equal(ModelSamples.Bytes, client.Body);
        }
        else if (operation.Model.Method is "POST" or "PUT" or "PATCH")
        {
            Assert.Equal("application/json", Header(client, "Content-Type"));
            AssertJson(samples.Json(type), client.Body);
        }
        else
        {
            Assert.Empty(client.Body);
        }
    }

    private static void AssertJson(JsonObject expected, byte[] body) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected.ToJsonString()), JsonNode.Parse(body)),
        $"expected {expected.ToJsonString()}\nsent     {Encoding.UTF8.GetString(body)}");

    private static IEnumerable<(string Name, string Value)> Form(string text) =>
        text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Select(parts => (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1].Replace('+', ' '))));

    private static string Header(RecordedClient client, string name) =>
        Assert.Single(client.Request.Headers.TryGetValues(name, out var values) ? values : client.Request.Content!.Headers.GetValues(name));

    private static void AssertSame(object? expected, object? actual, string path)
    {
        switch (expected)
        {
            case null or string or ConstantClass or ValueType:
                Assert.True(Equals(expected, actual), $"{path}: expected {expected}, read {actual}");
                if (expected is DateTime)
                {
                    Assert.Equal(DateTimeKind.Utc, ((DateTime)actual!).Kind);
                }

                break;
            case MemoryStream bytes:
                Assert.Equal(bytes.ToArray(), Assert.IsType<MemoryStream>(actual).ToArray());
                break;
            case IDictionary map:
                var readMap = Assert.IsAssignableFrom<IDictionary>(actual);
                Assert.Equal(map.Keys.Cast<string>(), readMap.Keys.Cast<string>());
                foreach (string key in map.Keys)
                {
                    AssertSame(map[key], readMap[key], $"{path}[{key}]");
                }

                break;
            case IList list:
                var readList = Assert.IsAssignableFrom<IList>(actual);
                Assert.Equal(list.Count, readList.Count);
                for (var i = 0; i < list.Count; i++)
                {
                    AssertSame(list[i], readList[i], $"{path}[{i}]");
                }

                break;
            default:
                Assert.True(actual is not null, $"{path} is null");
                foreach (var property in expected.GetType().GetProperties().Where(property => property.DeclaringType == expected.GetType()))
                {
                    AssertMember(property.Name, property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
                }

                break;
        }
    }

    private static void AssertMember(string name, object? expected, object? actual, string path)
    {
        if (name == "StatusCode" && expected is int)
        {
            Assert.Equal(207, actual);
        }
        else
        {
            AssertSame(expected, actual, path);
        }
    }
}
