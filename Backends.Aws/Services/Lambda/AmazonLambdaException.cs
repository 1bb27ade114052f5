using Amazon.Lambda.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda;

/// <summary>The service refused a request; derived types tell the errors that callers tell apart.</summary>
internal class AmazonLambdaException(ServiceError error) : AmazonServiceException(
    error.Response.Message,
    error.InnerException,
    error.Response.Type,
    error.Response.Code,
    error.Response.RequestId,
    error.StatusCode)
{
    /// <summary>The service's exceptions by AWS's code.</summary>
    public static readonly ServiceErrors Errors = new(
        error => new AmazonLambdaException(error),
        new Dictionary<string, Func<ServiceError, AmazonServiceException>>
        {
            ["InvalidParameterValueException"] = error => new InvalidParameterValueException(error),
            ["ResourceConflictException"] = error => new ResourceConflictException(error),
            ["ResourceNotFoundException"] = error => new ResourceNotFoundException(error),
            ["TooManyRequestsException"] = error => new TooManyRequestsException(error),
        });
}
