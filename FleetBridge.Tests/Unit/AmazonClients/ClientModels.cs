using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>The models and selections that the clients are generated from.</summary>
internal static class ClientModels
{
    private static readonly string Folder = Path.Combine(Repository.Root, "Amazon.Clients");

    /// <summary>The folder of the models.</summary>
    public static string Models => Path.Combine(Folder, "Models");

    /// <summary>The folder of the selections.</summary>
    public static string Selections => Path.Combine(Folder, "Selections");

    /// <summary>The services that clients are generated for, by the names of their models.</summary>
    public static IEnumerable<string> Services =>
        Directory.GetFiles(Selections, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    /// <summary>Every operation, for a test of each.</summary>
    public static TheoryData<string, string> Operations()
    {
        var data = new TheoryData<string, string>();
        foreach (var service in Services)
        {
            foreach (var operation in ModelFile.Read(Models, service).Operations.Keys)
            {
                data.Add(service, operation);
            }
        }

        return data;
    }

    /// <summary>Every service, for a test of each.</summary>
    public static TheoryData<string> ServiceData() => [.. Services];

    /// <summary>What is generated of a service.</summary>
    /// <param name="service">The name of its model.</param>
    public static ServiceSurface Surface(string service) => ClientGenerator.Surface(Models, Path.Combine(Selections, $"{service}.json"));
}
