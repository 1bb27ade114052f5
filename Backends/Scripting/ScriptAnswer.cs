using System.Text.Json.Nodes;

namespace FleetBridge.Backends.Scripting;

/// <summary>The answer to a script's request.</summary>
/// <param name="Result">How it went.</param>
/// <param name="Error">Why it went wrong, with what to do; null when it did not.</param>
/// <param name="Details">What the operation tells: ids, ARNs, states, URLs; empty when it tells nothing.</param>
public sealed record ScriptAnswer(OverallResult Result, string? Error, JsonObject Details)
{
    /// <summary>Whether it went well.</summary>
    public bool Ok => Result == OverallResult.True;

    /// <summary>The state that a check tells (<see cref="BackendResult.StateDetail"/>); null when it tells none.</summary>
    public string? State => this[BackendResult.StateDetail];

    /// <summary>One of the details, as text.</summary>
    /// <param name="detail">Its name, such as <c>Invoke URL</c>.</param>
    /// <returns>Null when there is none by that name.</returns>
    public string? this[string detail] => Details[detail]?.ToString();
}

/// <summary>A script's request that did not go well, where the script did not want to look for itself.</summary>
/// <param name="path">The request.</param>
/// <param name="answer">Its answer.</param>
public sealed class ScriptRequestException(string path, ScriptAnswer answer)
    : Exception($"{path} failed: {answer.Error ?? answer.Result.ToString()}")
{
    /// <summary>The request.</summary>
    public string Path { get; } = path;

    /// <summary>Its answer.</summary>
    public ScriptAnswer Answer { get; } = answer;
}
