namespace FleetBridge.Fleet.Link;

/// <summary>A link that has ended for good.</summary>
/// <param name="message">What happened, and to which address.</param>
/// <param name="code">The close code or HTTP status with which the server refuses the client; null if it could not be reached.</param>
internal sealed class LinkException(string message, int? code = null) : Exception(message)
{
    /// <summary>The close code or HTTP status; null if the server could not be reached.</summary>
    public int? Code { get; } = code;

    /// <summary>Whether another client has taken this one's place.</summary>
    public bool IsGone => Code is LinkCloseCode.Gone or 410;
}

/// <summary>One attempt to connect that failed.</summary>
/// <param name="message">Why.</param>
/// <param name="status">The HTTP status of the refusal, if there was a response.</param>
/// <param name="retryAfter">How long the server wants the client to stay away.</param>
/// <param name="isNobodyThere">Whether the machine responded that nobody listens on the port.</param>
internal sealed class LinkConnectException(string message, int? status = null, TimeSpan? retryAfter = null, bool isNobodyThere = false)
    : Exception(message)
{
    public int? Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool IsNobodyThere { get; } = isNobodyThere;
}

/// <summary>A frame that breaks the protocol.</summary>
internal sealed class LinkProtocolException(string message, int code = LinkCloseCode.Protocol) : Exception(message)
{
    public int Code { get; } = code;
}
