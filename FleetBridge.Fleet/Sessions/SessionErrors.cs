using FleetBridge.Fleet.Model;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.Sessions;

/// <summary>The session routes' own errors, and the HTTP status of each.</summary>
internal static class SessionErrors
{
    /// <summary>A session has not become ACTIVE in time.</summary>
    public const string ActivationTimeout = "ActivationTimeout";

    /// <summary>A session has ended before it was ACTIVE.</summary>
    public const string NotStarted = "GameSessionNotStarted";

    /// <summary>GameLift on AWS cannot be asked: credentials, network.</summary>
    public const string Unavailable = "ServiceUnavailable";

    /// <summary>The status of an error.</summary>
    /// <param name="code">GameLift's exception name, or one of these.</param>
    public static int StatusOf(string code) => code switch
    {
        FleetErrors.InvalidRequest or "ValidationException" or "SerializationException" => StatusCodes.Status400BadRequest,
        FleetErrors.NotFound => StatusCodes.Status404NotFound,
        FleetErrors.GameSessionFull or FleetErrors.InvalidGameSessionStatus or FleetErrors.IdempotentParameterMismatch
            or FleetErrors.Conflict or FleetErrors.TerminalRoutingStrategy => StatusCodes.Status409Conflict,
        ActivationTimeout => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
