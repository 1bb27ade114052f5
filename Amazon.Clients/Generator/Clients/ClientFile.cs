namespace Amazon.Clients.Generator.Clients;

/// <summary>A file of the clients' project.</summary>
internal static class ClientFile
{
    /// <summary>Begins a file that names the marshalling's types without their namespaces.</summary>
    /// <param name="space">The file's namespace.</param>
    public static CSharpText Begin(string space) => new(space, "Amazon.Clients.Runtime", "System.Text.Json");
}
