using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Requests;

/// <summary>How far a request came.</summary>
internal enum ResponseStatus
{
    /// <summary>It ran, and the result says how that went.</summary>
    Completed,

    /// <summary>Its backend is installed and cannot be loaded: a failure that the user can fix, maybe before the next request.</summary>
    NotLoaded,

    /// <summary>It cannot be read as a request.</summary>
    Malformed,

    /// <summary>It names something that does not exist.</summary>
    NotFound,
}

/// <summary>Where a response's details are in its JSON.</summary>
internal enum ResponseShape
{
    /// <summary>In a member of their own.</summary>
    Nested,

    /// <summary>Beside the overall result: <c>/config</c>.</summary>
    Flat,
}

/// <summary>The bridge's response to a request, whoever sent it, in this process or over HTTP.</summary>
/// <param name="Status">How far the request came.</param>
/// <param name="Result">How it went.</param>
internal record BridgeResponse(ResponseStatus Status, BackendResult Result)
{
    /// <summary>Where the details are in its JSON.</summary>
    public ResponseShape Shape { get; init; }

    public OverallResult Overall => Result.Overall;

    /// <summary>What went wrong and what to do about it; null when nothing did.</summary>
    public string? Error => Result is { Error: { } error, Remedy: { } remedy } ? $"{error} {remedy}" : Result.Error;

    public JsonObject? Details => Result.Details;

    /// <summary>The state that a check reports, by the contract's convention; null when it reports none.</summary>
    public string? State => Details?[BackendResult.StateDetail] is JsonValue state && state.TryGetValue<string>(out var text) ? text : null;

    /// <summary>What a delete leaves behind elsewhere, by the contract's convention.</summary>
    public IReadOnlyList<string> Left => Texts(BackendResult.LeftDetail);

    /// <summary>How what exists differs from the settings, by the contract's convention.</summary>
    public IReadOnlyList<string> Drift => Texts(BackendResult.DriftDetail);

    /// <summary>The exit code of a command that sent this request and no other.</summary>
    public ExitCode ExitCode => (Status, Overall) switch
    {
        (ResponseStatus.NotFound or ResponseStatus.NotLoaded, _) => ExitCode.NotFound,
        (ResponseStatus.Malformed, _) => ExitCode.Usage,
        (_, OverallResult.True) => ExitCode.Success,
        (_, OverallResult.InvalidSettings) => ExitCode.InvalidSettings,
        _ => ExitCode.ResultFalse,
    };

    public static BridgeResponse Completed(BackendResult result) => new(ResponseStatus.Completed, result);

    public static BridgeResponse NotLoaded(string error) => new(ResponseStatus.NotLoaded, BackendResult.Failure(error));

    public static BridgeResponse Malformed(string error) => new(ResponseStatus.Malformed, BackendResult.Failure(error));

    public static BridgeResponse NotFound(string error) => new(ResponseStatus.NotFound, BackendResult.Failure(error));

    private IReadOnlyList<string> Texts(string detail) => Details?[detail] is JsonArray texts
        ? [.. texts.OfType<JsonValue>().Select(item => item.ToString())]
        : [];
}
