using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift.Model;

/// <summary>Something stands in the way; for a new build it is a quota.</summary>
internal sealed class ConflictException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>The fleet is in a state that does not allow it.</summary>
internal sealed class InvalidFleetStatusException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>A parameter is wrong.</summary>
internal sealed class InvalidRequestException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>A quota of the account.</summary>
internal sealed class LimitExceededException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>There is no such thing.</summary>
internal sealed class NotFoundException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>What it needs is not ready yet.</summary>
internal sealed class NotReadyException(ServiceError error) : AmazonGameLiftException(error);

/// <summary>The caller may not.</summary>
internal sealed class UnauthorizedException(ServiceError error) : AmazonGameLiftException(error);
