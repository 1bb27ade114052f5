using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Shapes;
using Amazon.Emulation.GameLift.Model;
using Amazon.Emulation.Shapes;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>The shapes that a server has, of the same model as the clients'.</summary>
public sealed class ServerShapesTests
{
    private static readonly ServiceSurface Surface = WithEverything();

    public static TheoryData<string> Operations() => [.. Surface.Operations.Select(operation => operation.Model.Name)];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Request_and_response_keep_every_member(string name)
    {
        var operation = Surface.Operations.Single(operation => operation.Model.Name == name);
        foreach (var type in new[] { operation.Request, operation.Response })
        {
            typeof(ServerShapesTests).GetMethod(nameof(AssertKept), BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(TypeOf(type.Name)).Invoke(null, [new ModelSamples(Surface).Json(type).ToJsonString()]);
        }
    }

    [Fact]
    public void Every_class_has_the_model_s_constraints()
    {
        var classes = Surface.Operations.SelectMany(operation => new[] { operation.Request, operation.Response }).Concat(Surface.Structures);
        foreach (var type in classes)
        {
            var constraints = (IReadOnlyList<MemberConstraint>)TypeOf(type.Name).GetProperty("Constraints")!.GetValue(null)!;
            Assert.Equal(type.Members.Select(member => member.Model.WireName), constraints.Select(constraint => constraint.Name));
            foreach (var (member, constraint) in type.Members.Zip(constraints))
            {
                Assert.Equal(type.Required.Contains(member.Model.Name), constraint.IsRequired);
                AssertConstraint(member.Shape.Name, constraint.Constraint);
            }
        }
    }

    [Fact]
    public void Constraints_are_data()
    {
        var name = CreateFleetRequest.Constraints.Single(constraint => constraint.Name == "Name");
        Assert.True(name.IsRequired);
        Assert.Equal((1, 1024, "string"), (name.Constraint!.Min, name.Constraint.Max, name.Constraint.Type));
        var type = CreateFleetRequest.Constraints.Single(constraint => constraint.Name == "EC2InstanceType");
        Assert.Contains("c5.large", type.Constraint!.Values!);
        Assert.Null(CreateFleetRequest.Constraints.Single(constraint => constraint.Name == "RuntimeConfiguration").Constraint);
    }

    [Fact]
    public void Unknown_members_are_skipped_and_null_is_null()
    {
        var read = JsonShapeReader.Document<CreateFleetRequest>(Encoding.UTF8.GetBytes(
            """{"New": {"Name": ["not this"]}, "Name": "fleet", "BuildId": null, "LogPaths": ["a", null], "Tags": null, "Newer": [[{}]]}"""));
        Assert.Equal(("fleet", null, null), (read!.Name, read.BuildId, read.Tags));
        Assert.Equal(["a"], read.LogPaths!);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"Name": 7}""")]
    [InlineData("""{"EC2InboundPermissions": {}}""")]
    [InlineData("""{"EC2InboundPermissions": [{"FromPort": 1.5}]}""")]
    [InlineData("""{"EC2InboundPermissions": [{"FromPort": 5000000000}]}""")]
    public void What_is_not_the_shape_is_a_format_exception(string json) =>
        Assert.Throws<FormatException>(() => JsonShapeReader.Document<CreateFleetRequest>(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Same_model_gives_the_same_bytes() => Assert.Equal(
        ShapeGenerator.Generate(ClientModels.Models, "gamelift", "A.B").Files,
        ShapeGenerator.Generate(ClientModels.Models, "gamelift", "A.B").Files);

    [Fact]
    public void Service_whose_members_are_not_all_in_the_body_is_refused()
    {
        var exception = Assert.Throws<FormatException>(() => ShapeGenerator.Generate(ClientModels.Models, "lambda", "A.B"));
        Assert.Contains("outside the body", exception.Message, StringComparison.Ordinal);
    }

    // through JSON, CBOR, and an encoding that is none
    private static void AssertKept<T>(string json)
        where T : class, IShape<T>
    {
        var read = JsonShapeReader.Document<T>(Encoding.UTF8.GetBytes(json))!;
        AssertJson(json, JsonShapeWriter.Document(read));
        AssertJson(json, JsonShapeWriter.Document(CborShapeReader.Document<T>(CborShapeWriter.Document(read))!));
        var writer = new TokenShapeWriter();
        read.Write(writer);
        AssertJson(json, JsonShapeWriter.Document(T.Read(new TokenShapeReader(writer.Tokens))!));
    }

    private static void AssertJson(string expected, byte[] written) => Assert.True(
        JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(written)),
        $"expected {expected}\nwritten  {Encoding.UTF8.GetString(written)}");

    private static void AssertConstraint(string name, ShapeConstraint? constraint)
    {
        var shape = Surface.Shape(name);
        if (shape.IsStructure)
        {
            Assert.Null(constraint);
            return;
        }

        Assert.Equal((name, shape.Type, shape.Min, shape.Max, shape.Pattern), (constraint!.Shape, constraint.Type, constraint.Min, constraint.Max, constraint.Pattern));
        Assert.Equal(shape.Values, constraint.Values ?? []);
        foreach (var (held, heldConstraint) in new[] { (shape.Item, constraint.Item), (shape.Key, constraint.Key), (shape.Value, constraint.Value) })
        {
            if (held is not null)
            {
                AssertConstraint(held.Shape, heldConstraint);
            }
        }
    }

    private static Type TypeOf(string name) =>
        typeof(CreateFleetRequest).Assembly.GetType($"Amazon.Emulation.GameLift.Model.{name}", throwOnError: true)!;

    private static ServiceSurface WithEverything()
    {
        var surface = ClientModels.Surface("gamelift");
        return new(surface.Model, surface.Selection with { NeverRead = new HashSet<string>() });
    }
}
