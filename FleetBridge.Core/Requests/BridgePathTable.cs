using System.Diagnostics.CodeAnalysis;

namespace FleetBridge.Core.Requests;

/// <summary>Responds to a request for a path of the bridge's own.</summary>
/// <param name="request">The request.</param>
/// <returns>The response.</returns>
internal delegate ValueTask<BridgeResponse> BridgePathHandler(LeasedRequest request);

/// <summary>The paths that every backend has because the bridge itself responds to them, such as <c>metadata</c>.</summary>
internal sealed class BridgePathTable
{
    private readonly Dictionary<string, BridgePathHandler> _handlers = new(StringComparer.Ordinal);

    /// <param name="entries">Each path, which is one segment, with its handler.</param>
    public BridgePathTable(params (string Path, BridgePathHandler Handler)[] entries)
    {
        var paths = new List<string>();
        foreach (var (path, handler) in entries)
        {
            paths.Add(path);
            _handlers.Add(path, handler);
        }

        Paths = paths;
    }

    /// <summary>The paths, in their order.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Finds a path.</summary>
    /// <param name="segments">The request's segments after the version.</param>
    /// <param name="path">The path.</param>
    /// <param name="handler">What responds to it.</param>
    /// <returns>Whether it is one of the bridge's own.</returns>
    public bool TryFind(
        IReadOnlyList<string> segments,
        [NotNullWhen(true)] out string? path,
        [NotNullWhen(true)] out BridgePathHandler? handler)
    {
        path = segments.Count == 1 ? segments[0] : "";
        return _handlers.TryGetValue(path, out handler);
    }
}
