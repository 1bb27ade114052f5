using FleetBridge.Backends;

namespace FleetBridge.Core.Client;

/// <summary>The requests that commands and scripts send.</summary>
internal static class BackendRequests
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>Creates one.</summary>
    /// <param name="backend">The backend and its version.</param>
    /// <param name="path">What follows them, such as <c>metadata</c> or <c>deployment/fleet/check</c>.</param>
    /// <param name="parameters">The settings; null for none.</param>
    /// <returns>The request.</returns>
    public static BackendRequest To(
        (string Name, string Version) backend, string path, IReadOnlyDictionary<string, string>? parameters = null) => new()
        {
            Backend = backend.Name,
            Version = backend.Version,
            Segments = path.Split('/'),
            Parameters = parameters ?? None,
        };
}
