using System.Text.Json.Nodes;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client;

/// <summary>An answer as the command line sees it, from this process or from a running bridge.</summary>
/// <param name="Status">Whether the request reached an operation.</param>
/// <param name="Json">The JSON object that the editor would get.</param>
internal sealed record BridgeReply(AnswerStatus Status, JsonObject Json)
{
    /// <summary>An answer that no bridge gave: why there is none.</summary>
    /// <param name="error">The reason, in a sentence.</param>
    /// <returns>It, in the form of an answer.</returns>
    public static BridgeReply Without(string error) => new(AnswerStatus.Answered, new JsonObject
    {
        [EditorJson.OverallResultName] = EditorJson.WordOf(Backends.OverallResult.False),
        [EditorJson.ErrorName] = error,
    });

    /// <summary><c>True</c>, <c>False</c> or <c>Invalid Settings</c>.</summary>
    public string Result => Json[EditorJson.OverallResultName]?.GetValue<string>() ?? "False";

    /// <summary>The same as the contract says it.</summary>
    public Backends.OverallResult Overall => Result switch
    {
        "True" => Backends.OverallResult.True,
        "Invalid Settings" => Backends.OverallResult.InvalidSettings,
        _ => Backends.OverallResult.False,
    };

    public string? Error => Json[EditorJson.ErrorName]?.GetValue<string>();

    public JsonNode? Details => Json[EditorJson.DetailsName];

    /// <summary>The state that a check tells, by the contract's convention; null when it tells none.</summary>
    public string? State => (Details as JsonObject)?[Backends.BackendResult.StateDetail] is JsonValue state
        && state.TryGetValue<string>(out var text) ? text : null;

    /// <summary>What a delete leaves behind elsewhere, by the contract's convention.</summary>
    public IReadOnlyList<string> Left => (Details as JsonObject)?[Backends.BackendResult.LeftDetail] is JsonArray left
        ? [.. left.Select(item => $"{item}")]
        : [];

    public ExitCode ExitCode => (Status, Overall) switch
    {
        (AnswerStatus.NotFound or AnswerStatus.NotLoaded, _) => ExitCode.NotFound,
        (AnswerStatus.Malformed, _) => ExitCode.Usage,
        (_, Backends.OverallResult.True) => ExitCode.Success,
        (_, Backends.OverallResult.InvalidSettings) => ExitCode.InvalidSettings,
        _ => ExitCode.AnswerFalse,
    };
}

/// <summary>Whatever answers requests.</summary>
internal interface IBridge
{
    /// <summary>Sends a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <param name="options">How its work shall look here; null for the usual.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="UserException">Nothing answers.</exception>
    Task<BridgeReply> SendAsync(
        Backends.BackendRequest request, CancellationToken cancellation, CallOptions? options = null);

    /// <summary>The installed backends.</summary>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>Their state.</returns>
    /// <exception cref="UserException">Nothing answers.</exception>
    Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation);

    /// <summary>Looks at a backend's settings and resources without asking it to do anything.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <param name="version">Its version.</param>
    /// <returns>What it offers.</returns>
    /// <exception cref="UserException">Nothing answers, or it is not installed or cannot be loaded.</exception>
    Task<BackendOutline> OutlineAsync(string name, string version);
}
