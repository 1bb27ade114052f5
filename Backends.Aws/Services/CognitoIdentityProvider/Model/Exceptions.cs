using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider.Model;

/// <summary>A parameter is wrong; also a domain that is taken, or one that stands in the way.</summary>
internal sealed class InvalidParameterException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>The password does not satisfy the pool's policy.</summary>
internal sealed class InvalidPasswordException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>A quota of the account.</summary>
internal sealed class LimitExceededException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>The caller may not.</summary>
internal sealed class NotAuthorizedException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>There is no such thing.</summary>
internal sealed class ResourceNotFoundException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>Asked too often.</summary>
internal sealed class TooManyRequestsException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>The pool has no such user.</summary>
internal sealed class UserNotFoundException(ServiceError error) : AmazonCognitoIdentityProviderException(error);

/// <summary>The pool has a user of that name.</summary>
internal sealed class UsernameExistsException(ServiceError error) : AmazonCognitoIdentityProviderException(error);
