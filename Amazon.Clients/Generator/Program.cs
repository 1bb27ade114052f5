using System.Text.Json;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Shapes;

try
{
    switch (args)
    {
        case ["clients", var models, var selections, var folder]:
            ClientGenerator.Generate(models, selections).Save(folder);
            return 0;
        case ["shapes", var models, var service, var space, var folder]:
            ShapeGenerator.Generate(models, service, space).Save(folder);
            return 0;
        default:
            Console.Error.WriteLine("usage: clients <models> <selections> <output folder>");
            Console.Error.WriteLine("       shapes <models> <service> <namespace> <output folder>");
            return 2;
    }
}
catch (Exception exception) when (exception is FormatException or IOException or JsonException or KeyNotFoundException)
{
    // in the form that a build shows as an error
    Console.Error.WriteLine($"error GEN1: {exception.Message}");
    return 1;
}
