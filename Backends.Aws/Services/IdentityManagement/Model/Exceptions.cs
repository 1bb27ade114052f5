using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.IdentityManagement.Model;

/// <summary>Something hangs on it.</summary>
internal sealed class DeleteConflictException(ServiceError error) : AmazonIdentityManagementServiceException(error);

/// <summary>It exists.</summary>
internal sealed class EntityAlreadyExistsException(ServiceError error) : AmazonIdentityManagementServiceException(error);

/// <summary>A quota of the account.</summary>
internal sealed class LimitExceededException(ServiceError error) : AmazonIdentityManagementServiceException(error);

/// <summary>The policy is not one.</summary>
internal sealed class MalformedPolicyDocumentException(ServiceError error) : AmazonIdentityManagementServiceException(error);

/// <summary>There is no such thing.</summary>
internal sealed class NoSuchEntityException(ServiceError error) : AmazonIdentityManagementServiceException(error);
