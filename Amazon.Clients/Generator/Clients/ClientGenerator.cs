using Amazon.Clients.Generator.Models;

namespace Amazon.Clients.Generator.Clients;

/// <summary>Generates the clients of every selected service.</summary>
internal static class ClientGenerator
{
    /// <summary>Generates the files; the same models and selections give the same bytes.</summary>
    /// <param name="models">The folder of the models.</param>
    /// <param name="selections">The folder of the selections.</param>
    /// <exception cref="FormatException">A model or a selection is wrong, or has what the generator does not know.</exception>
    public static OutputFolder Generate(string models, string selections)
    {
        var output = new OutputFolder();
        foreach (var file in Directory.GetFiles(selections, "*.json").Order(StringComparer.Ordinal))
        {
            var surface = Surface(models, file);
            var folder = surface.Selection.Namespace[(surface.Selection.Namespace.IndexOf('.', StringComparison.Ordinal) + 1)..];
            new ClientFiles(surface).Add(output, folder);
            new ClassFiles(surface).Add(output, folder);
            new ConstantFiles(surface).Add(output, folder);
            new ExceptionFiles(surface).Add(output, folder);
        }

        return output;
    }

    /// <summary>What is generated of one service.</summary>
    /// <param name="models">The folder of the models.</param>
    /// <param name="selection">The file of its selection, which has the model's name.</param>
    public static ServiceSurface Surface(string models, string selection) =>
        new(ModelFile.Read(models, Path.GetFileNameWithoutExtension(selection)), ClientSelection.Read(selection));
}
