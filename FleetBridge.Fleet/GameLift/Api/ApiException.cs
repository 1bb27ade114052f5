using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>A call that is refused before it reaches the fleet.</summary>
/// <param name="code">The exception's name on the wire.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="status">The HTTP status.</param>
internal sealed class ApiException(string code, string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
{
    /// <summary>What no decoder reads.</summary>
    public const string Serialization = "SerializationException";

    /// <summary>An operation that GameLift, or this host, does not have.</summary>
    public const string UnknownOperation = "UnknownOperationException";

    /// <summary>A constraint of the model, a filter's grammar, a token of somebody else's.</summary>
    public const string InvalidRequest = "InvalidRequestException";

    /// <summary>The host's own failure.</summary>
    public const string InternalService = "InternalServiceException";

    /// <summary>The exception's name on the wire.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>A request that breaks a rule.</summary>
    /// <param name="message">Which.</param>
    public static ApiException Invalid(string message) => new(InvalidRequest, message);
}
