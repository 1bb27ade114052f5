using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>The service refused a request; derived types tell the errors that callers tell apart.</summary>
internal class AmazonIdentityManagementServiceException(ServiceError error) : AmazonServiceException(
    error.Response.Message,
    error.InnerException,
    error.Response.Type,
    error.Response.Code,
    error.Response.RequestId,
    error.StatusCode)
{
    /// <summary>The service's exceptions by AWS's code.</summary>
    public static readonly ServiceErrors Errors = new(
        error => new AmazonIdentityManagementServiceException(error),
        new Dictionary<string, Func<ServiceError, AmazonServiceException>>
        {
            ["DeleteConflict"] = error => new DeleteConflictException(error),
            ["EntityAlreadyExists"] = error => new EntityAlreadyExistsException(error),
            ["LimitExceeded"] = error => new LimitExceededException(error),
            ["MalformedPolicyDocument"] = error => new MalformedPolicyDocumentException(error),
            ["NoSuchEntity"] = error => new NoSuchEntityException(error),
        });
}
