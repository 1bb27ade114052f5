using FleetBridge.Backends;

namespace FleetBridge.Core.Requests;

/// <summary>Whether a request reached an operation.</summary>
internal enum AnswerStatus
{
    /// <summary>It did, and the result tells how that went. HTTP 200.</summary>
    Answered,

    /// <summary>
    /// The backend is installed and cannot be loaded. HTTP 200 with a False, like every failure that the editor's user can mend:
    /// the build may be good again for the next request.
    /// </summary>
    NotLoaded,

    /// <summary>It cannot be read as a request. HTTP 400.</summary>
    Malformed,

    /// <summary>It names something that is not there. HTTP 404.</summary>
    NotFound,
}

/// <summary>The bridge's answer to a request, whoever asked.</summary>
/// <param name="Status">Whether it reached an operation.</param>
/// <param name="Result">The answer.</param>
/// <param name="Body">What kind of answer it is, where the JSON has a shape of its own.</param>
internal sealed record BridgeAnswer(AnswerStatus Status, BackendResult Result, AnswerBody Body = AnswerBody.Result)
{
    /// <summary>Its JSON once it has been written: an answer that is given again and again is written once.</summary>
    public byte[]? Written { get; set; }

    /// <summary>The detail that tells a command line elsewhere what the HTTP status does not, and its value.</summary>
    public const string BackendStateDetail = "Backend State";
    public const string NotLoadedState = "Not Loaded";

    public static BridgeAnswer NotLoaded(string error) => new(
        AnswerStatus.NotLoaded, BackendResult.Failure(error, details: new() { [BackendStateDetail] = NotLoadedState }));

    public static BridgeAnswer Malformed(string error) => new(AnswerStatus.Malformed, BackendResult.Failure(error));

    public static BridgeAnswer NotFound(string error) => new(AnswerStatus.NotFound, BackendResult.Failure(error));
}

/// <summary>How an answer's details stand in its JSON.</summary>
internal enum AnswerBody
{
    /// <summary>As the member <c>Details</c>.</summary>
    Result,

    /// <summary>One member each, beside the overall result: <c>/config</c>.</summary>
    Flat,
}
