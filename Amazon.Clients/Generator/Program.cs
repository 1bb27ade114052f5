using Amazon.Clients.Generator.Clients;

if (args is not ["clients", var models, var selections, var folder])
{
    Console.Error.WriteLine("usage: clients <models> <selections> <output folder>");
    return 2;
}

try
{
    ClientGenerator.Generate(models, selections).Save(folder);
    return 0;
}
catch (Exception exception) when (exception is FormatException or IOException or System.Text.Json.JsonException or KeyNotFoundException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
