using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Shapes;

/// <summary>The file of one class: its members, how it writes and reads itself, and its constraints.</summary>
/// <param name="surface">The service.</param>
/// <param name="space">The namespace of the classes.</param>
internal sealed class ShapeFile(ServiceSurface surface, string space)
{
    /// <summary>Its text.</summary>
    /// <param name="type">The class.</param>
    /// <exception cref="FormatException">A member is not in the body.</exception>
    public CSharpText Text(SurfaceClass type)
    {
        if (type.Members.Count != type.Body.Count())
        {
            throw new FormatException($"{type.Name} has members outside the body, which shapes for a server do not know.");
        }

        var text = new CSharpText(space, "Amazon.Emulation.Shapes");
        text.Summary(type.Operation is null
            ? $"The structure <c>{type.Name}</c> of {surface.Model.ServiceId}."
            : $"The {(type.Role == SurfaceRole.Request ? "request" : "response")} of <c>{type.Operation}</c>.");
        text.Block($"internal sealed class {type.Name} : IShape<{type.Name}>", () =>
        {
            foreach (var member in type.Members)
            {
                text.Line($"public {Type(member.Shape)}? {member.Name} {{ get; set; }}");
                text.Line();
            }

            WriteConstraints(text, type);
            text.Line();
            WriteReader(text, type);
            text.Line();
            WriteWriter(text, type);
            text.Line();
            WriteCheck(text, type);
        });
        return text;
    }

    private static void WriteConstraints(CSharpText text, SurfaceClass type)
    {
        text.Summary("What the model demands of each member.");
        text.Line("public static global::System.Collections.Generic.IReadOnlyList<MemberConstraint> Constraints { get; } =");
        text.Line("[");
        foreach (var member in type.Members)
        {
            var constraint = ConstraintFile.Has(member.Shape) ? $"ShapeConstraints.{OfficialNames.Pascal(member.Shape.Name)}" : "null";
            text.Line($"    new(\"{member.Model.WireName}\", {(type.Required.Contains(member.Model.Name) ? "true" : "false")}, {constraint}),");
        }

        text.Line("];");
    }

    private void WriteReader(CSharpText text, SurfaceClass type)
    {
        text.Line("/// <inheritdoc/>");
        text.Block($"public static {type.Name}? Read(IShapeReader reader)", () =>
        {
            text.Block("if (!reader.BeginStructure())", () => text.Line("return null;"));
            text.Line();
            text.Line($"var value = new {type.Name}();");
            text.Block("while (reader.NextMember() is { } name)", () =>
            {
                if (type.Members.Count == 0)
                {
                    text.Line("reader.Skip();");
                    return;
                }

                text.Block("switch (name)", () =>
                {
                    foreach (var member in type.Members)
                    {
                        text.Line($"case \"{member.Model.WireName}\":");
                        text.Line($"    value.{member.Name} = {Reading(member.Shape)};");
                        text.Line("    break;");
                    }

                    text.Line("default:");
                    text.Line("    reader.Skip();");
                    text.Line("    break;");
                });
            });
            text.Line();
            text.Line("return value;");
        });
    }

    private void WriteWriter(CSharpText text, SurfaceClass type)
    {
        text.Line("/// <inheritdoc/>");
        text.Block("public void Write(IShapeWriter writer)", () =>
        {
            text.Line("writer.BeginStructure();");
            foreach (var member in type.Members)
            {
                text.Block($"if ({member.Name} is not null)", () =>
                {
                    text.Line($"writer.Member(\"{member.Model.WireName}\");");
                    text.Line($"{Writing(member.Shape, IsValue(member.Shape) ? $"{member.Name}.Value" : member.Name)};");
                });
            }

            text.Line("writer.EndStructure();");
        });
    }

    private void WriteCheck(CSharpText text, SurfaceClass type)
    {
        text.Line("/// <inheritdoc/>");
        text.Block("public void Check(ShapeCheck check)", () =>
        {
            foreach (var member in type.Members)
            {
                if (type.Required.Contains(member.Model.Name))
                {
                    text.Line($"check.Present(\"{member.Model.WireName}\", {member.Name} is not null);");
                }

                if (Checking(member.Shape, $"\"{member.Model.WireName}\", {member.Name}") is { } check)
                {
                    text.Line($"{check};");
                }
            }
        });
    }

    // the call that checks a value; null where every value is good
    private string? Checking(ModelShape shape, string value) => shape.Type switch
    {
        "structure" => $"check.Structure({value})",
        "string" when shape.Min is null && shape.Max is null && shape.Pattern is null && shape.Values.Count == 0 => null,
        "string" => $"check.Text({value}, {Constraint(shape)})",
        "integer" or "long" or "double" or "float" => shape.Min is null && shape.Max is null
            ? null
            : $"check.Number({value}, {Constraint(shape)})",
        "list" => $"check.List({value}, {Constraint(shape)}, {CheckingHeld(shape.Item!)})",
        "map" => $"check.Map({value}, {Constraint(shape)}, {CheckingHeld(shape.Value!)})",
        _ => null,
    };

    private string CheckingHeld(ModelMember held)
    {
        var shape = surface.Shape(held.Shape);
        var check = shape.IsStructure ? "item.Check(check)" : Checking(shape, "item");
        return check is null ? "null" : $"static (check, item) => {check}";
    }

    private static string Constraint(ModelShape shape) => $"ShapeConstraints.{OfficialNames.Pascal(shape.Name)}";

    private string Type(ModelShape shape) => shape.Type switch
    {
        "structure" => Structure(shape),
        "list" => $"global::System.Collections.Generic.List<{Type(surface.Shape(shape.Item!.Shape))}>",
        "map" => $"global::System.Collections.Generic.Dictionary<string, {Type(surface.Shape(shape.Value!.Shape))}>",
        "string" => "string",
        "integer" => "int",
        "long" => "long",
        "float" => "float",
        "double" => "double",
        "boolean" => "bool",
        "timestamp" => "global::System.DateTimeOffset",
        "blob" => "byte[]",
        _ => throw Unknown(shape),
    };

    private string Reading(ModelShape shape) => shape.Type switch
    {
        "structure" => $"{Structure(shape)}.Read(reader)",
        "list" => Held("List", shape.Item!),
        "map" => Held("Map", shape.Value!),
        _ => $"reader.{Scalar(shape)}()",
    };

    private string Held(string container, ModelMember held)
    {
        var shape = surface.Shape(held.Shape);
        return $"ShapeCollections.Read{(IsValue(shape) ? "Value" : "")}{container}(reader, static reader => {Reading(shape)})";
    }

    private string Writing(ModelShape shape, string value) => shape.Type switch
    {
        "structure" => $"{value}.Write(writer)",
        "list" => $"ShapeCollections.WriteList(writer, {value}, static (writer, item) => {Writing(surface.Shape(shape.Item!.Shape), "item")})",
        "map" => $"ShapeCollections.WriteMap(writer, {value}, static (writer, item) => {Writing(surface.Shape(shape.Value!.Shape), "item")})",
        _ => $"writer.{Scalar(shape)}({value})",
    };

    // with its namespace: a member may have the name of its type
    private string Structure(ModelShape shape) => $"global::{space}.{OfficialNames.Pascal(shape.Name)}";

    private static string Scalar(ModelShape shape) => shape.Type switch
    {
        "string" => "Text",
        "boolean" => "Boolean",
        "integer" => "Integer",
        "long" => "Long",
        "double" => "Double",
        "float" => "Float",
        "timestamp" => "Time",
        "blob" => "Blob",
        _ => throw Unknown(shape),
    };

    private static bool IsValue(ModelShape shape) => SdkTypes.IsValue(shape);

    private static FormatException Unknown(ModelShape shape) => new($"{shape.Name} is a {shape.Type}, which shapes for a server do not know.");
}
