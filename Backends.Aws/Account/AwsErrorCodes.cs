namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// AWS's error codes by what they mean to a user: the "Common Error Types" of the services' API references, which differ from
/// protocol to protocol.
/// </summary>
internal static class AwsErrorCodes
{
    /// <summary>Codes for credentials that were valid once.</summary>
    public static readonly HashSet<string> Expired =
        ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];

    /// <summary>Codes for credentials that AWS does not know.</summary>
    public static readonly HashSet<string> UnknownKey =
        ["UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken", "InvalidIdentityToken",
            "MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature",
            "IncompleteSignatureException"];

    /// <summary>Codes for a wrong signature: because of the clock, or of the secret key.</summary>
    public static readonly HashSet<string> WrongSignature =
        ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"];

    /// <summary>Codes for a missing permission.</summary>
    public static readonly HashSet<string> Denied =
        ["AccessDenied", "AccessDeniedException", "UnauthorizedException", "UnauthorizedOperation", "NotAuthorizedException",
            "AuthorizationError", "Forbidden"];

    /// <summary>Codes for throttled calls.</summary>
    public static readonly HashSet<string> Throttled =
        ["Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown",
            "RequestThrottled", "RequestThrottledException", "TooManyRequests"];
}
