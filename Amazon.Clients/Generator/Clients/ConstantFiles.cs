namespace Amazon.Clients.Generator.Clients;

/// <summary>The files of strings that have a fixed set of values.</summary>
/// <param name="surface">The service.</param>
internal sealed class ConstantFiles(ServiceSurface surface)
{
    /// <summary>Adds the files.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="folder">The service's folder in it.</param>
    public void Add(OutputFolder output, string folder)
    {
        foreach (var shape in surface.Constants)
        {
            var name = OfficialNames.Pascal(shape.Name);
            output.Add($"{folder}/{name}.cs", File(name, shape.Values));
        }
    }

    private CSharpText File(string name, IReadOnlyList<string> values)
    {
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Summary($"The values of <c>{name}</c>; one that is newer than the model is kept as it is.");
        text.Block($"public sealed class {name} : global::Amazon.Runtime.ConstantClass", () =>
        {
            foreach (var value in values)
            {
                text.Summary($"The value <c>{value}</c>.");
                text.Line($"public static readonly {name} {OfficialNames.Constant(value)} = new(\"{value}\");");
                text.Line();
            }

            text.Summary("Any value.");
            text.Line($"public {name}(string value) : base(value) {{ }}");
            text.Line();
            text.Summary("The constant of a value; null for null.");
            text.Line("[return: global::System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]");
            text.Line($"public static {name}? FindValue(string? value) => value is null ? null : new(value);");
            text.Line();
            text.Summary("The constant of a value; null for null.");
            text.Line("[return: global::System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(value))]");
            text.Line($"public static implicit operator {name}?(string? value) => FindValue(value);");
        });
        return text;
    }
}
