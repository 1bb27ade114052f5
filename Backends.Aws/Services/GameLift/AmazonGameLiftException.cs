using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift;

/// <summary>The service refused a request; derived types tell the errors that callers tell apart.</summary>
internal class AmazonGameLiftException(ServiceError error) : AmazonServiceException(
    error.Response.Message,
    error.InnerException,
    error.Response.Type,
    error.Response.Code,
    error.Response.RequestId,
    error.StatusCode)
{
    /// <summary>The service's exceptions by AWS's code.</summary>
    public static readonly ServiceErrors Errors = new(
        error => new AmazonGameLiftException(error),
        new Dictionary<string, Func<ServiceError, AmazonServiceException>>
        {
            ["ConflictException"] = error => new ConflictException(error),
            ["InvalidFleetStatusException"] = error => new InvalidFleetStatusException(error),
            ["InvalidRequestException"] = error => new InvalidRequestException(error),
            ["LimitExceededException"] = error => new LimitExceededException(error),
            ["NotFoundException"] = error => new NotFoundException(error),
            ["NotReadyException"] = error => new NotReadyException(error),
            ["UnauthorizedException"] = error => new UnauthorizedException(error),
        });
}
