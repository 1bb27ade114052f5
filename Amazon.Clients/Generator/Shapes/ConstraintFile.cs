using System.Globalization;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Shapes;

/// <summary>The file with the constraints of a service's shapes that are no structures: lengths, ranges, patterns, values.</summary>
/// <param name="surface">The service.</param>
/// <param name="space">The namespace of the classes.</param>
internal sealed class ConstraintFile(ServiceSurface surface, string space)
{
    /// <summary>Whether a shape has constraints of its own; a structure's are at its class.</summary>
    /// <param name="shape">The shape.</param>
    public static bool Has(ModelShape shape) => !shape.IsStructure;

    /// <summary>Its text.</summary>
    /// <param name="classes">The classes whose members have the shapes.</param>
    public CSharpText Text(IEnumerable<SurfaceClass> classes)
    {
        // what a list or a map holds comes before it, since it is read when the list's own constraints are made
        var shapes = new OrderedDictionary<string, ModelShape>(StringComparer.Ordinal);
        foreach (var member in classes.SelectMany(type => type.Members).OrderBy(member => member.Shape.Name, StringComparer.Ordinal))
        {
            Add(shapes, member.Shape);
        }

        var text = new CSharpText(space, "Amazon.Emulation.Shapes");
        text.Summary($"What the model of {surface.Model.ServiceId} demands of values that are no structures.");
        text.Block("internal static class ShapeConstraints", () =>
        {
            var isFirst = true;
            foreach (var shape in shapes.Values)
            {
                if (!isFirst)
                {
                    text.Line();
                }

                isFirst = false;
                text.Summary($"The constraints of <c>{shape.Name}</c>.");
                text.Line($"public static ShapeConstraint {OfficialNames.Pascal(shape.Name)} {{ get; }} = new(\"{shape.Name}\", \"{shape.Type}\")");
                text.Line("{");
                foreach (var line in Lines(shape))
                {
                    text.Line($"    {line},");
                }

                text.Line("};");
            }
        });
        return text;
    }

    private void Add(OrderedDictionary<string, ModelShape> shapes, ModelShape shape)
    {
        if (!Has(shape) || shapes.ContainsKey(shape.Name))
        {
            return;
        }

        foreach (var held in new[] { shape.Item, shape.Key, shape.Value }.OfType<ModelMember>())
        {
            Add(shapes, surface.Shape(held.Shape));
        }

        shapes.TryAdd(shape.Name, shape);
    }

    private IEnumerable<string> Lines(ModelShape shape)
    {
        if (shape.Min is { } min)
        {
            yield return $"Min = {Number(min)}";
        }

        if (shape.Max is { } max)
        {
            yield return $"Max = {Number(max)}";
        }

        if (shape.Pattern is { } pattern)
        {
            yield return $"Pattern = {Quoted(pattern)}";
        }

        if (shape.Values.Count > 0)
        {
            yield return $"Values = [{string.Join(", ", shape.Values.Select(Quoted))}]";
        }

        foreach (var (name, held) in new[] { ("Item", shape.Item), ("Key", shape.Key), ("Value", shape.Value) })
        {
            if (held is not null && Has(surface.Shape(held.Shape)))
            {
                yield return $"{name} = {OfficialNames.Pascal(held.Shape)}";
            }
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string text) => $"@\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
