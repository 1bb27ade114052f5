using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Shapes;

/// <summary>
/// Generates a service's shapes for a server: plain classes that write and read themselves through <c>IShapeWriter</c> and
/// <c>IShapeReader</c>, so that one set of classes serves every protocol with a body, and the model's constraints as data.
/// </summary>
internal static class ShapeGenerator
{
    /// <summary>Generates the files; the same model gives the same bytes.</summary>
    /// <param name="models">The folder of the models.</param>
    /// <param name="service">The name of the service's model.</param>
    /// <param name="space">The namespace of the classes.</param>
    /// <exception cref="FormatException">The model is wrong, or has what the generator does not know.</exception>
    public static OutputFolder Generate(string models, string service, string space)
    {
        var surface = new ServiceSurface(ModelFile.Read(models, service), Everything(space));
        var output = new OutputFolder();
        var classes = surface.Operations.SelectMany(operation => new[] { operation.Request, operation.Response })
            .Concat(surface.Structures).ToList();
        foreach (var type in classes)
        {
            output.Add($"{type.Name}.cs", new ShapeFile(surface, space).Text(type));
        }

        output.Add("ShapeConstraints.cs", new ConstraintFile(surface, space).Text(classes));
        return output;
    }

    private static ClientSelection Everything(string space) => new()
    {
        Summary = "",
        Namespace = space,
        Client = "",
        NeverRead = new HashSet<string>(),
        Unrepeatable = new HashSet<string>(),
        Renamed = new Dictionary<string, string>(),
    };
}
