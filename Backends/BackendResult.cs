using System.Text.Json.Nodes;

namespace FleetBridge.Backends;

/// <summary>How a request went, in the three words the editor knows.</summary>
public enum OverallResult
{
    /// <summary>Done, or for a check: there and ready.</summary>
    True,

    /// <summary>Not done, or for a check: not there or not ready.</summary>
    False,

    /// <summary>The request's settings cannot be used; nothing was tried.</summary>
    InvalidSettings,
}

/// <summary>How an operation went, and what it reports.</summary>
public sealed record BackendResult
{
    /// <summary>
    /// The name of the detail in which a check says the resource's state, as a text in the target's own word, such as
    /// <c>ACTIVE</c>, or <see cref="AbsentState"/>.
    /// </summary>
    public const string StateDetail = "State";

    /// <summary>The state of a resource of which nothing exists: there is nothing to delete, and nothing that costs.</summary>
    public const string AbsentState = "ABSENT";

    /// <summary>
    /// The name of the detail in which a delete lists what it leaves behind elsewhere, such as log groups: an array of texts,
    /// each with the thing's name and what keeping it costs.
    /// </summary>
    public const string LeftDetail = "Left";

    /// <summary>
    /// The name of the detail in which a check lists how what exists differs from the settings: an array of texts, each with both values.
    /// </summary>
    public const string DriftDetail = "Drift";

    /// <summary>How it went.</summary>
    public required OverallResult Overall { get; init; }

    /// <summary>What went wrong, in one sentence that names the thing; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>What the user can do about it; null when there is nothing to add.</summary>
    public string? Remedy { get; init; }

    /// <summary>
    /// Ids, states, URLs: one JSON member each, built of JSON nodes, strings, numbers and booleans (never of a backend's
    /// own type). No two names in one object may differ by case only, since the engine reads them as one.
    /// </summary>
    public JsonObject? Details { get; init; }

    /// <summary>It succeeded.</summary>
    /// <param name="details">What there is to know about it.</param>
    /// <returns>The result.</returns>
    public static BackendResult Success(JsonObject? details = null) =>
        new() { Overall = OverallResult.True, Details = details };

    /// <summary>It failed.</summary>
    /// <param name="error">What went wrong, in one sentence that names the thing.</param>
    /// <param name="remedy">What the user can do about it.</param>
    /// <param name="details">What there is to know about it.</param>
    /// <returns>The result.</returns>
    public static BackendResult Failure(string error, string? remedy = null, JsonObject? details = null) =>
        new() { Overall = OverallResult.False, Error = error, Remedy = remedy, Details = details };

    /// <summary>The request's settings cannot be used.</summary>
    /// <param name="problems">Every problem found, each a sentence that names the setting.</param>
    /// <returns>The result.</returns>
    public static BackendResult InvalidSettings(IReadOnlyCollection<string> problems) =>
        new() { Overall = OverallResult.InvalidSettings, Error = string.Join(" ", problems) };
}
