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

    private volatile EditorRequest? _last;

    /// <summary>The last request that carried settings; null when there was none.</summary>
    public EditorRequest? Last => _last;

    /// <summary>Keeps the settings of a request, which replace those of the one before. A request without any changes nothing.</summary>
    /// <param name="request">The request.</param>
    public void Remember(BackendRequest request)
    {
        if (request.Parameters.Count is 0 or > MostSettings)
        {
            return;
        }

        // the editor sends the same settings with each request: most of the time there is nothing to do
        var backend = $"{request.Backend}/{request.Version}";
        if (_last is { } before && before.Backend == backend && before.Sent == request.Parameters.Count
            && before.Settings.All(setting => request.Parameters.TryGetValue(setting.Key, out var value) && value == setting.Value))
        {
            return;
        }

        _last = new EditorRequest(
            backend,
            request.Parameters.Count,
            [.. request.Parameters.Where(setting => setting.Value.Length <= LongestValue && !Redaction.IsSecret(setting.Key, setting.Value))]);
    }
}

/// <summary>What the editor has asked a backend with.</summary>
/// <param name="Backend">The backend and its version, as the request had them.</param>
/// <param name="Sent">How many settings it carried.</param>
/// <param name="Settings">Those of them that are no secrets, in their order.</param>
internal sealed record EditorRequest(string Backend, int Sent, IReadOnlyList<KeyValuePair<string, string>> Settings);
