using Amazon.CognitoIdentityProvider.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider;

/// <summary>The service refused a request; derived types tell the errors that callers tell apart.</summary>
internal class AmazonCognitoIdentityProviderException(ServiceError error) : AmazonServiceException(
    error.Response.Message,
    error.InnerException,
    error.Response.Type,
    error.Response.Code,
    error.Response.RequestId,
    error.StatusCode)
{
    /// <summary>The service's exceptions by AWS's code.</summary>
    public static readonly ServiceErrors Errors = new(
        error => new AmazonCognitoIdentityProviderException(error),
        new Dictionary<string, Func<ServiceError, AmazonServiceException>>
        {
            ["InvalidParameterException"] = error => new InvalidParameterException(error),
            ["InvalidPasswordException"] = error => new InvalidPasswordException(error),
            ["LimitExceededException"] = error => new LimitExceededException(error),
            ["NotAuthorizedException"] = error => new NotAuthorizedException(error),
            ["ResourceNotFoundException"] = error => new ResourceNotFoundException(error),
            ["TooManyRequestsException"] = error => new TooManyRequestsException(error),
            ["UserNotFoundException"] = error => new UserNotFoundException(error),
            ["UsernameExistsException"] = error => new UsernameExistsException(error),
        });
}
