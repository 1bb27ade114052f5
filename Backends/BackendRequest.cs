namespace FleetBridge.Backends;

/// <summary>A request to a backend, whoever sent it: the editor, the command line or a script.</summary>
public sealed record BackendRequest
{
    /// <summary>The backend's name or alias, as the request has it.</summary>
    public required string Backend { get; init; }

    /// <summary>The version, as the request has it; compared as text.</summary>
    public required string Version { get; init; }

    /// <summary>What follows the version: <c>deployment</c>, <c>fleet</c>, <c>check</c>. No segment is empty.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>The query: decoded, without blank values, the first of repeated keys.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>The segments joined by <c>/</c>.</summary>
    public string Path => string.Join('/', Segments);
}
