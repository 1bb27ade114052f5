using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>Code of the query protocol: writes a class as fields of a form, and reads it from XML.</summary>
/// <param name="surface">The service.</param>
/// <param name="types">Its types.</param>
internal sealed class FormCode(ServiceSurface surface, SdkTypes types)
{
    private const string Fields = "FormFields";
    private const string Values = "XmlValues";
    private const string Element = "global::System.Xml.Linq.XElement";

    /// <summary>The class that has the code for another class.</summary>
    /// <param name="name">The other class.</param>
    public static string Name(string name) => $"{name}Form";

    /// <summary>Writes that class, with what is needed of it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="type">The class that it is for.</param>
    public void Write(CSharpText text, SurfaceClass type) =>
        ConverterClass.Write(text, Name(type.Name), $"<see cref=\"{type.Name}\"/> as a form's fields, or as XML.", type, WriteWriter, WriteReader);

    private void WriteWriter(CSharpText text, SurfaceClass type)
    {
        text.Summary("Writes one; the fields' names begin with the prefix.");
        text.Block($"internal static void Write({Fields} fields, string prefix, {type.Name} value)", () =>
        {
            foreach (var member in type.Members)
            {
                var name = $"prefix + \"{member.Model.WireName}\"";
                text.Line(member.Shape switch
                {
                    { IsStructure: true } => $"fields.Write({name}, value.{member.Name}, {Name(OfficialNames.Pascal(member.Shape.Name))}.Write);",
                    { Type: "list" } => $"fields.WriteList({name}, value.{member.Name}{ItemWriter(member.Shape)});",
                    { Type: "map" } => throw new FormatException($"{member.Model.Name} is a map, which no selected service had in a form so far."),
                    _ => $"fields.Write({name}, value.{member.Name});",
                });
            }
        });
    }

    private string ItemWriter(ModelShape list)
    {
        var item = surface.Shape(list.Item!.Shape);
        return item switch
        {
            { IsStructure: true } => $", {Name(OfficialNames.Pascal(item.Name))}.Write",
            { Type: "string" } => "",
            _ => throw new FormatException($"{list.Name} is a list of {item.Type}, which no selected service had in a form so far."),
        };
    }

    private void WriteReader(CSharpText text, SurfaceClass type)
    {
        text.Summary("Reads one; elements that are newer than the model are left out.");
        text.Block($"internal static {type.Name} Read({Element} element)", () =>
        {
            text.Line($"var value = new {type.Name}();");
            if (type.Members.Count > 0)
            {
                text.Block("foreach (var child in element.Elements())", () =>
                    text.Block("switch (child.Name.LocalName)", () =>
                    {
                        foreach (var member in type.Members)
                        {
                            text.Line($"case \"{member.Model.WireName}\":");
                            text.Line($"    value.{member.Name} = {ReadValue(member.Shape)};");
                            text.Line("    break;");
                        }
                    }));
            }

            text.Line();
            text.Line("return value;");
        });
    }

    private string ReadValue(ModelShape shape) => shape switch
    {
        { IsConstant: true } => $"{types.Constant(shape)}.FindValue({Values}.ReadText(child))",
        { IsStructure: true } => $"{Name(OfficialNames.Pascal(shape.Name))}.Read(child)",
        { Type: "list" } => $"{Values}.ReadList<{types.Item(surface.Shape(shape.Item!.Shape))}>(child, {ItemReader(surface.Shape(shape.Item.Shape))})",
        _ => $"{Values}.{ScalarReader(shape)}(child)",
    };

    private static string ItemReader(ModelShape item) => item switch
    {
        { IsStructure: true } => $"{Name(OfficialNames.Pascal(item.Name))}.Read",
        { Type: "string" } => $"{Values}.ReadText",
        _ => throw new FormatException($"{item.Name} is a {item.Type} in a list, which no selected service had in XML so far."),
    };

    private static string ScalarReader(ModelShape shape) => shape.Type switch
    {
        "string" => "ReadText",
        "boolean" => "ReadBoolean",
        "integer" => "ReadInteger",
        "long" => "ReadLong",
        "double" => "ReadDouble",
        "float" => "ReadFloat",
        "timestamp" => "ReadTime",
        "blob" => "ReadBlob",
        _ => throw new FormatException($"{shape.Name} is a {shape.Type}, which no selected service had in XML so far."),
    };
}
