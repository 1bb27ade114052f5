using System.Text.Json;

namespace Amazon.Clients.Generator.Models;

/// <summary>What is generated of a service, under which names; a file per service in <c>Selections</c>.</summary>
internal sealed record ClientSelection
{
    private static readonly string[] Known =
        ["summary", "namespace", "client", "protocol", "global", "operations", "neverRead", "unrepeatable", "renamed"];

    /// <summary>What the service is, for the client's documentation.</summary>
    public required string Summary { get; init; }

    /// <summary>The namespace of the official package.</summary>
    public required string Namespace { get; init; }

    /// <summary>What the official names of the client, its configuration and its exception begin with.</summary>
    public required string Client { get; init; }

    /// <summary>The protocol to speak, where it differs from the one that the model prefers.</summary>
    public string? Protocol { get; init; }

    /// <summary>Whether a partition has one endpoint of the service instead of one per region.</summary>
    public bool IsGlobal { get; init; }

    /// <summary>The operations; null for all.</summary>
    public IReadOnlySet<string>? Operations { get; init; }

    /// <summary>Members that nobody may see, as <c>Shape.Member</c>: they are not in the types, so they are never read.</summary>
    public required IReadOnlySet<string> NeverRead { get; init; }

    /// <summary>Operations that are not sent again when their response was lost.</summary>
    public required IReadOnlySet<string> Unrepeatable { get; init; }

    /// <summary>Members whose official name is not the model's, by <c>Shape.Member</c>.</summary>
    public required IReadOnlyDictionary<string, string> Renamed { get; init; }

    /// <summary>Reads a selection.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="FormatException">The file is not a selection.</exception>
    public static ClientSelection Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = document.RootElement;
        if (root.EnumerateObject().FirstOrDefault(member => !Known.Contains(member.Name)) is { Value.ValueKind: not JsonValueKind.Undefined } unknown)
        {
            throw new FormatException($"{Path.GetFileName(file)} has '{unknown.Name}', which no selection has.");
        }

        return new()
        {
            Summary = Needed(root, "summary"),
            Namespace = Needed(root, "namespace"),
            Client = Needed(root, "client"),
            Protocol = root.TryGetProperty("protocol", out var protocol) ? protocol.GetString() : null,
            IsGlobal = root.TryGetProperty("global", out var global) && global.GetBoolean(),
            Operations = Needs(root, "operations").ValueKind == JsonValueKind.String ? null : Set(root, "operations"),
            NeverRead = Set(root, "neverRead"),
            Unrepeatable = Set(root, "unrepeatable"),
            Renamed = root.TryGetProperty("renamed", out var renamed)
                ? renamed.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!)
                : new Dictionary<string, string>(),
        };
    }

    private static JsonElement Needs(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? value : throw new FormatException($"A selection has no {name}.");

    private static string Needed(JsonElement root, string name) => Needs(root, name).GetString()!;

    private static HashSet<string> Set(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(item => item.GetString()!)] : [];
}
