using System.Text.Json.Nodes;

namespace FleetBridge.Backends.Scripting;

/// <summary>The response to a script's request.</summary>
/// <param name="Result">How it went.</param>
/// <param name="Error">Why it failed, and what to do; null when it did not.</param>
/// <param name="Details">What the operation reports: ids, ARNs, states, URLs; empty when it reports nothing.</param>
public sealed record ScriptResponse(OverallResult Result, string? Error, JsonObject Details)
{
    /// <summary>Whether the result is <see cref="OverallResult.True"/>.</summary>
    public bool Ok => Result == OverallResult.True;

    /// <summary>The state that a check reports (<see cref="BackendResult.StateDetail"/>); null when it reports none.</summary>
    public string? State => this[BackendResult.StateDetail];

    /// <summary>One of the details, as text.</summary>
    /// <param name="detail">Its name, such as <c>Invoke URL</c>.</param>
    /// <returns>Null when there is none by that name.</returns>
    public string? this[string detail] => Details[detail]?.ToString();
}
