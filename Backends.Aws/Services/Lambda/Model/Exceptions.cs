using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.Lambda.Model;

/// <summary>A parameter is wrong; also a role that is too young.</summary>
internal sealed class InvalidParameterValueException(ServiceError error) : AmazonLambdaException(error);

/// <summary>It exists, or another change of it is still going on.</summary>
internal sealed class ResourceConflictException(ServiceError error) : AmazonLambdaException(error);

/// <summary>There is no such function.</summary>
internal sealed class ResourceNotFoundException(ServiceError error) : AmazonLambdaException(error);

/// <summary>Asked too often.</summary>
internal sealed class TooManyRequestsException(ServiceError error) : AmazonLambdaException(error);
