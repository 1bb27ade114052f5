namespace FleetBridge.Gateway.Client;

/// <summary>Why a call has no result, or why there is no connection any more.</summary>
/// <param name="code">A stable word, such as <c>not_found</c>, <c>forbidden</c> or <c>disconnected</c>.</param>
/// <param name="message">What happened and what to do.</param>
/// <param name="retryable">Whether the same may succeed later.</param>
/// <param name="call">The gateway's own id of the call, by which its outcome can be asked for; null for none.</param>
public sealed class GatewayException(string code, string message, bool retryable, string? call = null) : Exception(message)
{
    /// <summary>A stable word, such as <c>not_found</c>, <c>forbidden</c> or <c>disconnected</c>.</summary>
    public string Code => code;

    /// <summary>Whether the same may succeed later.</summary>
    public bool IsRetryable => retryable;

    /// <summary>The gateway's own id of the call, by which its outcome can be asked for; null for none.</summary>
    public string? Call => call;
}
