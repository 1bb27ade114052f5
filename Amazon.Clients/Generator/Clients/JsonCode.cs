using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>Code that writes and reads a class as JSON, member by member.</summary>
/// <param name="surface">The service.</param>
/// <param name="types">Its types.</param>
internal sealed class JsonCode(ServiceSurface surface, SdkTypes types)
{
    private const string Members = "JsonMembers";
    private const string Values = "JsonValues";
    private const string Writer = "Utf8JsonWriter";
    private const string Reader = "ref Utf8JsonReader reader";

    /// <summary>The class that has the code for another class.</summary>
    /// <param name="name">The other class.</param>
    public static string Name(string name) => $"{name}Json";

    /// <summary>Writes that class, with what is needed of it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="type">The class that it is for.</param>
    public void Write(CSharpText text, SurfaceClass type) =>
        ConverterClass.Write(text, Name(type.Name), $"The JSON of <see cref=\"{type.Name}\"/>.", type, WriteWriter, WriteReader);

    private void WriteWriter(CSharpText text, SurfaceClass type)
    {
        text.Summary("Writes one.");
        text.Block($"internal static void Write({Writer} writer, {type.Name} value)", () =>
        {
            text.Line("writer.WriteStartObject();");
            foreach (var member in type.Body)
            {
                RefuseFormat(member);
                var writer = IsScalar(member.Shape) ? "" : $", {ItemWriter(member.Shape)}";
                text.Line($"{Members}.Write(writer, \"{member.Model.WireName}\"u8, value.{member.Name}{writer});");
            }

            text.Line("writer.WriteEndObject();");
        });
    }

    private void WriteReader(CSharpText text, SurfaceClass type)
    {
        text.Summary("Reads one; null stays null.");
        text.Block($"internal static {type.Name}? Read({Reader})", () =>
        {
            text.Block($"if (!{Values}.BeginObject(ref reader))", () => text.Line("return null;"));
            text.Line();
            text.Line($"var value = new {type.Name}();");
            text.Block($"while ({Values}.NextMember(ref reader))", () =>
            {
                var condition = "if";
                foreach (var member in type.Body)
                {
                    RefuseFormat(member);
                    text.Block(
                        $"{condition} ({Values}.IsMember(ref reader, \"{member.Model.WireName}\"u8))",
                        () => text.Line($"value.{member.Name} = {ReadValue(member.Shape)};"));
                    condition = "else if";
                }

                if (condition == "if")
                {
                    text.Line($"{Values}.SkipMember(ref reader);");
                }
                else
                {
                    text.Block("else", () => text.Line($"{Values}.SkipMember(ref reader);"));
                }
            });
            text.Line();
            text.Line("return value;");
        });
    }

    private string ReadValue(ModelShape shape) => shape switch
    {
        { IsConstant: true } => $"{types.Constant(shape)}.FindValue({Values}.ReadText(ref reader))",
        { IsStructure: true } => $"{Name(OfficialNames.Pascal(shape.Name))}.Read(ref reader)",
        { Type: "list" } => Held("List", shape.Item!),
        { Type: "map" } => Held("Map", shape.Value!),
        _ => $"{Values}.{ScalarReader(shape)}(ref reader)",
    };

    private string Held(string container, ModelMember held)
    {
        var shape = surface.Shape(held.Shape);
        var kind = SdkTypes.IsValue(shape) ? "Value" : "";
        return $"{Values}.Read{kind}{container}<{types.Item(shape)}>(ref reader, {ItemReader(shape)})";
    }

    private string ItemReader(ModelShape shape) => shape switch
    {
        { IsStructure: true } => $"{Name(OfficialNames.Pascal(shape.Name))}.Read",
        { Type: "list" or "map" } => $"static ({Reader}) => {ReadValue(shape)}",
        _ => $"{Values}.{ScalarReader(shape)}",
    };

    private string ItemWriter(ModelShape shape) => shape switch
    {
        { IsStructure: true } => $"{Name(OfficialNames.Pascal(shape.Name))}.Write",
        { Type: "list" } => $"static (writer, items) => {Members}.WriteList(writer, items, {ItemWriter(surface.Shape(shape.Item!.Shape))})",
        { Type: "map" } => $"static (writer, map) => {Members}.WriteMap(writer, map, {ItemWriter(surface.Shape(shape.Value!.Shape))})",
        _ => $"{Members}.WriteValue",
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
        _ => throw new FormatException($"The shape {shape.Name} is a {shape.Type}, which the generator does not know."),
    };

    private static bool IsScalar(ModelShape shape) => !shape.IsStructure && shape.Type is not ("list" or "map");

    private static void RefuseFormat(SurfaceMember member)
    {
        if ((member.Model.TimestampFormat ?? member.Shape.TimestampFormat) is { } format and not "unixTimestamp")
        {
            throw new FormatException($"{member.Model.Name} is a time of the format {format}, which no selected service had in JSON so far.");
        }
    }
}
