using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway.Model;

/// <summary>A parameter is wrong.</summary>
internal sealed class BadRequestException(ServiceError error) : AmazonAPIGatewayException(error);

/// <summary>It exists.</summary>
internal sealed class ConflictException(ServiceError error) : AmazonAPIGatewayException(error);

/// <summary>A quota of the account.</summary>
internal sealed class LimitExceededException(ServiceError error) : AmazonAPIGatewayException(error);

/// <summary>There is no such thing.</summary>
internal sealed class NotFoundException(ServiceError error) : AmazonAPIGatewayException(error);

/// <summary>Asked too often; deleting an API is allowed once in 30 seconds.</summary>
internal sealed class TooManyRequestsException(ServiceError error) : AmazonAPIGatewayException(error);

/// <summary>The caller may not.</summary>
internal sealed class UnauthorizedException(ServiceError error) : AmazonAPIGatewayException(error);
