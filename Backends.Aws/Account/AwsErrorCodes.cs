namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// AWS's error codes by what they mean to a user. They are the "Common Error Types" of the services' API references, which
/// differ from protocol to protocol.
/// </summary>
internal static class AwsErrorCodes
{
    /// <summary>Codes for credentials that were good once.</summary>
    public static readonly HashSet<string> Expired =
        ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

    /// <summary>Codes for credentials that AWS does not know.</summary>
    public static readonly HashSet<string> UnknownKey =
        ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken", "InvalidIdentityToken",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
            "IncompleteSignatureException"];

    /// <summary>Codes for a signature that does not fit: by the clock, or by the secret key.</summary>
    public static readonly HashSet<string> WrongSignature =
        ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"];

    /// <summary>Codes for what the user may not do.</summary>
    public static readonly HashSet<string> Denied =
        ["AccessDenied", "AccessDeniedException", "UnauthorizedException", "UnauthorizedOperation", "NotAuthorizedException",
            "AuthorizationError", "Forbidden"];

    /// <summary>Codes of services that are asked too often.</summary>
    public static readonly HashSet<string> Throttled =
        ["Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown",
            "RequestThrottled", "RequestThrottledException", "TooManyRequests"];
}
