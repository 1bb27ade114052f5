namespace FleetBridge.Gateway.Wire;

/// <summary>Why something was not done, as a consumer reads it.</summary>
/// <param name="Error">A stable word, one of those below.</param>
/// <param name="Description">What happened and what to do, as a sentence.</param>
/// <param name="Retryable">Whether the same request may succeed later.</param>
internal sealed record WireError(string Error, string Description, bool Retryable = false)
{
    public const string BadMessage = "bad_message";
    public const string BadParams = "bad_params";
    public const string NotFound = "not_found";
    public const string Forbidden = "forbidden";
    public const string TooMany = "too_many";
    public const string RateLimited = "rate_limited";
    public const string Timeout = "timeout";
    public const string Cancelled = "cancelled";
    public const string StillRunning = "still_running";
    public const string Unavailable = "unavailable";
    public const string Stopping = "stopping";
    public const string BadToken = "bad_token";
    public const string Interrupted = "interrupted";
    public const string Internal = "internal";
}
