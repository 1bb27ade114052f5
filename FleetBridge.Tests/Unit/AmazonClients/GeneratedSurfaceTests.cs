using System.Reflection;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;
using Amazon.Clients.Runtime;
using Amazon.GameLift;
using Amazon.Runtime;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>What is compiled is what the models say: no operation, member, exception or value is missing, and none is left
/// from an older model.</summary>
public sealed class GeneratedSurfaceTests
{
    private static readonly Assembly Clients = typeof(AmazonGameLiftClient).Assembly;

    public static TheoryData<string> Services() => ClientModels.ServiceData();

    public static TheoryData<string, string> Operations() => ClientModels.Operations();

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_has_its_method_and_every_member_of_its_shapes(string service, string name)
    {
        var model = ModelFile.Read(ClientModels.Models, service);
        var selection = ClientModels.Surface(service).Selection;
        var method = Clients.GetType($"{selection.Namespace}.{selection.Client}Client")!.GetMethod($"{name}Async");
        Assert.NotNull(method);
        var operation = model.Operations[name];
        var (request, response) = (method.GetParameters()[0].ParameterType, method.ReturnType.GetGenericArguments()[0]);
        Assert.Equal(($"{name}Request", $"{name}Response"), (request.Name, response.Name));
        Assert.Equal(selection.Unrepeatable.Contains(name), request.IsAssignableTo(typeof(IUnrepeatableRequest)));
        AssertShape(model, selection, operation.Input, request, []);
        AssertShape(model, selection, operation.Output, response, []);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_has_the_exceptions_that_its_model_documents(string service, string name)
    {
        var model = ModelFile.Read(ClientModels.Models, service);
        var selection = ClientModels.Surface(service).Selection;
        var general = Clients.GetType($"{selection.Namespace}.{selection.Client}Exception")!;
        Assert.True(general.IsSubclassOf(typeof(AmazonServiceException)));
        foreach (var error in model.Operations[name].Errors.Where(error => model.Shapes.ContainsKey(error)))
        {
            var type = Clients.GetType($"{selection.Namespace}.Model.{error}");
            Assert.True(type?.IsSubclassOf(general), $"{error} is not compiled.");
            foreach (var member in model.Shapes[error].Members.Where(member => !member.Name.Equals("message", StringComparison.OrdinalIgnoreCase)))
            {
                Assert.NotNull(type!.GetProperty(Pascal(member.Name)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Nothing_else_is_compiled(string service)
    {
        var surface = ClientModels.Surface(service);
        var expected = surface.Operations.SelectMany(operation => new[] { operation.Request.Name, operation.Response.Name })
            .Concat(surface.Structures.Select(structure => structure.Name))
            .Concat(surface.Exceptions.Select(exception => exception.Name))
            .Select(name => $"{surface.ModelNamespace}.{name}")
            .Concat(surface.Constants.Select(constant => $"{surface.Selection.Namespace}.{Pascal(constant.Name)}"))
            .Concat(new[] { "Client", "Config", "Exception" }.Select(suffix => $"{surface.Selection.Namespace}.{surface.Selection.Client}{suffix}"));
        var compiled = Clients.GetExportedTypes().Select(type => type.FullName!)
            .Where(name => name.StartsWith($"{surface.Selection.Namespace}.", StringComparison.Ordinal));
        Assert.Equal(expected.Order(StringComparer.Ordinal), compiled.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gamelift", "Event", "PreSignedLogUrl")]
    [InlineData("lambda", "GetFunctionResponse", "Code")]
    [InlineData("cognito-idp", "UserPoolClientType", "ClientSecret")]
    public void Member_that_nobody_may_see_is_in_the_model_but_not_in_the_type(string service, string shape, string member)
    {
        var surface = ClientModels.Surface(service);
        Assert.Contains(member, surface.Model.Shapes[shape].Members.Select(known => known.Name));
        Assert.Null(Clients.GetType($"{surface.ModelNamespace}.{shape}", throwOnError: true)!.GetProperty(member));
        Assert.Null(Clients.GetType($"{surface.ModelNamespace}.FunctionCodeLocation"));
    }

    [Fact]
    public void GameLift_has_all_its_operations() => Assert.Equal(77, ClientModels.Surface("gamelift").Operations.Count);

    [Fact]
    public void Generated_code_needs_neither_reflection_nor_a_serializer()
    {
        var forbidden = new[] { "System.Reflection.", "JsonSerializer", "Activator", "dynamic " };
        var files = ClientGenerator.Generate(ClientModels.Models, ClientModels.Selections).Files;
        Assert.All(files, file => Assert.All(forbidden, word => Assert.DoesNotContain(word, file.Value, StringComparison.Ordinal)));
    }

    private static void AssertShape(ServiceModel model, ClientSelection selection, string? name, Type type, HashSet<Type> seen)
    {
        if (name is null || !seen.Add(type))
        {
            return;
        }

        var shape = model.Shapes[name];
        switch (shape.Type)
        {
            case "structure":
                foreach (var member in shape.Members.Where(member => !selection.NeverRead.Contains($"{name}.{member.Name}")))
                {
                    var official = selection.Renamed.TryGetValue($"{name}.{member.Name}", out var renamed) ? renamed : Pascal(member.Name);
                    var property = type.GetProperty(official);
                    Assert.True(property is not null, $"{type.Name}.{official} is not compiled.");
                    AssertShape(model, selection, member.Shape, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, seen);
                }

                break;
            case "list":
                Assert.Equal(typeof(List<>), type.GetGenericTypeDefinition());
                AssertShape(model, selection, shape.Item!.Shape, type.GetGenericArguments()[0], seen);
                break;
            case "map":
                Assert.Equal(typeof(Dictionary<,>), type.GetGenericTypeDefinition());
                AssertShape(model, selection, shape.Value!.Shape, type.GetGenericArguments()[1], seen);
                break;
            case "string" when type != typeof(string):
                Assert.True(type.IsSubclassOf(typeof(ConstantClass)));
                var values = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((ConstantClass)field.GetValue(null)!).Value);
                Assert.Equal(shape.Values.Order(StringComparer.Ordinal), values.Order(StringComparer.Ordinal));
                break;
            default:
                Assert.Equal(
                    shape.Type switch
                    {
                        "string" => typeof(string),
                        "integer" => typeof(int),
                        "long" => typeof(long),
                        "float" => typeof(float),
                        "double" => typeof(double),
                        "boolean" => typeof(bool),
                        "timestamp" => typeof(DateTime),
                        "blob" => typeof(MemoryStream),
                        _ => null,
                    },
                    type);
                break;
        }
    }

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
