using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>An error as a service answered it.</summary>
/// <param name="Response">Its code, message and request id.</param>
/// <param name="StatusCode">The answer's HTTP status.</param>
/// <param name="InnerException">What the SDK caught first.</param>
internal sealed record ServiceError(ErrorResponse Response, HttpStatusCode StatusCode, Exception? InnerException);

/// <summary>The exceptions of a service, by AWS's error code.</summary>
/// <param name="general">Makes the one for every other code.</param>
/// <param name="byCode">Makes the others.</param>
internal sealed class ServiceErrors(
    Func<ServiceError, AmazonServiceException> general,
    IReadOnlyDictionary<string, Func<ServiceError, AmazonServiceException>> byCode)
{
    /// <summary>The exception for an error.</summary>
    /// <param name="error">The error as answered.</param>
    public AmazonServiceException Create(ServiceError error) =>
        (error.Response.Code is { } code && byCode.TryGetValue(code, out var create) ? create : general)(error);
}
