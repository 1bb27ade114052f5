namespace Amazon.Clients.Generator.Models;

/// <summary>An operation of a service's model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path; a <c>{name}</c> in it is the member of that name.</param>
internal sealed record ModelOperation(string Name, string Method, string Path)
{
    /// <summary>The shape of its request; null for none.</summary>
    public string? Input { get; init; }

    /// <summary>The shape of its response; null for none.</summary>
    public string? Output { get; init; }

    /// <summary>The XML element around the response.</summary>
    public string? ResultWrapper { get; init; }

    /// <summary>The exceptions that the model documents.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];
}
