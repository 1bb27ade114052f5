namespace FleetBridge.Fleet.Model;

/// <summary>A call that the fleet refuses, as GameLift would.</summary>
/// <param name="code">GameLift's exception name, such as <see cref="FleetErrors.NotFound"/>.</param>
/// <param name="message">What is wrong, with the named thing, in words for whoever called.</param>
internal sealed class FleetException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>GameLift's exception name, such as <c>NotFoundException</c>.</summary>
    public string Code { get; } = code;
}

/// <summary>The exception names of the GameLift API that the model uses.</summary>
internal static class FleetErrors
{
    public const string InvalidRequest = "InvalidRequestException";
    public const string NotFound = "NotFoundException";
    public const string Conflict = "ConflictException";
    public const string FleetCapacityExceeded = "FleetCapacityExceededException";
    public const string InvalidFleetStatus = "InvalidFleetStatusException";
    public const string InvalidGameSessionStatus = "InvalidGameSessionStatusException";
    public const string GameSessionFull = "GameSessionFullException";
    public const string TerminalRoutingStrategy = "TerminalRoutingStrategyException";
    public const string IdempotentParameterMismatch = "IdempotentParameterMismatchException";
    public const string Unauthorized = "UnauthorizedException";
    public const string InternalService = "InternalServiceException";
}
