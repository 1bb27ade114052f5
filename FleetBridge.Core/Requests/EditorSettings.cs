using FleetBridge.Backends;
using FleetBridge.Core.Security;

namespace FleetBridge.Core.Requests;

/// <summary>
/// The settings of the editor's last request, for whoever continues its work elsewhere, such as the page. What looks like a secret, by its
/// name or its value, is never kept.
/// </summary>
internal sealed class EditorSettings
{
    /// <summary>More than any backend has; a client may send 256 KiB.</summary>
    private const int MostSettings = 200;
    private const int LongestValue = 4_096;

    private volatile Seen? _seen;

    /// <summary>The last request that carried settings; null when there was none.</summary>
    public EditorRequest? Last => _seen?.Last;

    /// <summary>Keeps the settings of a request, which replace those of the one before. A request without any changes nothing.</summary>
    /// <param name="request">The request.</param>
    public void Remember(BackendRequest request)
    {
        // the editor sends the same settings with each request: most of the time they need not even be parsed
        var query = (request.Parameters as QueryParameters)?.Text;
        var seen = _seen;
        if (query is null || seen is null || seen.Query != query || seen.Backend != request.Backend || seen.Version != request.Version)
        {
            _seen = new Seen(request.Backend, request.Version, query, SettingsOf(request) ?? seen?.Last);
        }
    }

    private static EditorRequest? SettingsOf(BackendRequest request) => request.Parameters.Count is 0 or > MostSettings
        ? null
        : new EditorRequest(
            $"{request.Backend}/{request.Version}",
            [.. request.Parameters.Where(setting => setting.Value.Length <= LongestValue && !Redaction.IsSecret(setting.Key, setting.Value))]);

    /// <param name="Query">That of the last request, as it was sent; null where it was not read from one.</param>
    /// <param name="Last">The last request that carried settings.</param>
    private sealed record Seen(string Backend, string Version, string? Query, EditorRequest? Last);
}

/// <summary>What the editor has asked a backend with.</summary>
/// <param name="Backend">The backend and its version, as the request had them.</param>
/// <param name="Settings">Those that are no secrets, in their order.</param>
internal sealed record EditorRequest(string Backend, IReadOnlyList<KeyValuePair<string, string>> Settings);
