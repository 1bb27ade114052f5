using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>What a developer wants to be told when a game server does not do what its SDK needs.</summary>
internal sealed partial class ServerHints(ILogger logger)
{
    /// <summary>What the SDK for C++ calls itself.</summary>
    public const string Cpp = "Cpp";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The game server {Process} has an auth token that this host did not issue. It is accepted; with --strict it would get status 403.")]
    public partial void UnknownToken(string process);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Action} of the game server {Process} was refused with status {Status}. {Reason}")]
    public partial void Refused(string process, string action, int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The game server {Process} asks for a match backfill. This host has no matchmaker: "
        + "the ticket {Ticket} finds nobody, and the server is told BACKFILL_TIMED_OUT after {Seconds} s.")]
    public partial void NoMatchmaker(string process, string ticket, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The game server {Process} is asked to move to a new connection (--refresh-connections).")]
    public partial void AskedToMove(string process);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: {Type}: {Error}. The log file has the trace; please report it.")]
    public partial void Bug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    public partial void Trace(string trace);
}
