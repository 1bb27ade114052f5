namespace FleetBridge.Backends.Scripting;

/// <summary>A request of a script failed, and the script did not check its response itself.</summary>
/// <param name="path">The request.</param>
/// <param name="response">Its response.</param>
public sealed class ScriptRequestException(string path, ScriptResponse response)
    : Exception($"{path} failed: {response.Error ?? response.Result.ToString()}")
{
    /// <summary>The request.</summary>
    public string Path { get; } = path;

    /// <summary>Its response.</summary>
    public ScriptResponse Response { get; } = response;
}
