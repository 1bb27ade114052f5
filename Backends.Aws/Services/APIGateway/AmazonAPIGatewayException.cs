using Amazon.APIGateway.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway;

/// <summary>The service refused a request; derived types tell the errors that callers tell apart.</summary>
internal class AmazonAPIGatewayException(ServiceError error) : AmazonServiceException(
    error.Response.Message,
    error.InnerException,
    error.Response.Type,
    error.Response.Code,
    error.Response.RequestId,
    error.StatusCode)
{
    /// <summary>The service's exceptions by AWS's code.</summary>
    public static readonly ServiceErrors Errors = new(
        error => new AmazonAPIGatewayException(error),
        new Dictionary<string, Func<ServiceError, AmazonServiceException>>
        {
            ["BadRequestException"] = error => new BadRequestException(error),
            ["ConflictException"] = error => new ConflictException(error),
            ["LimitExceededException"] = error => new LimitExceededException(error),
            ["NotFoundException"] = error => new NotFoundException(error),
            ["TooManyRequestsException"] = error => new TooManyRequestsException(error),
            ["UnauthorizedException"] = error => new UnauthorizedException(error),
        });
}
