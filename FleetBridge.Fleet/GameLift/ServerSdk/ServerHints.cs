using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>What a developer wants to be told when a game server does not do what its SDK needs.</summary>
internal sealed partial class ServerHints(ILogger logger)
{
    /// <summary>How long after InitSDK a server is expected to call ProcessReady; GameLift gives up after five minutes.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    /// <summary>What the SDK for C++ calls itself.</summary>
    public const string Cpp = "Cpp";

    /// <summary>The buffer of the C++ SDK as Unreal builds it.</summary>
    public const int UnrealDataLimit = 4096;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The game server {Process} has called InitSDK, but not ProcessReady within {Seconds} s. "
        + "Does it still load its map? Does it call ProcessReady after InitSDK, on the server target, and log an error of it?")]
    public partial void NotReady(string process, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The GameSessionData of {Session} has {Length} characters. An Unreal server (C++ SDK) cuts it at {Limit}.")]
    public partial void DataIsCut(string session, int length, int limit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The game server {Process} has an auth token that this host did not issue. It is accepted; with --strict it would get status 403.")]
    public partial void UnknownToken(string process);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Action} of the game server {Process} was refused with status {Status}. {Reason}")]
    public partial void Refused(string process, string action, int status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The game server {Process} asks for a match backfill. This host has no matchmaker: "
        + "the ticket {Ticket} finds nobody, and the server is told BACKFILL_TIMED_OUT after {Seconds} s.")]
    public partial void NoMatchmaker(string process, string ticket, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A bug in FleetBridge: {Type}: {Error}. The log file has the trace; please report it.")]
    public partial void Bug(string type, string error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Trace}")]
    public partial void Trace(string trace);
}
