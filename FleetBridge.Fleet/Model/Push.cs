namespace FleetBridge.Fleet.Model;

/// <summary>Something to tell a server process, or to do to it, once the change that caused it is stored.</summary>
/// <param name="ProcessId">Whom it is for.</param>
internal abstract record Push(string ProcessId);

/// <summary>The server's OnStartGameSession.</summary>
internal sealed record CreateGameSessionPush(string ProcessId, GameSession GameSession) : Push(ProcessId);

/// <summary>The server's OnProcessTerminate.</summary>
/// <param name="TerminationTime">When it has to be gone.</param>
internal sealed record TerminateProcessPush(string ProcessId, DateTimeOffset TerminationTime) : Push(ProcessId);

/// <summary>The server's OnUpdateGameSession: for results of a backfill only.</summary>
internal sealed record UpdateGameSessionPush(string ProcessId, GameSession GameSession, string UpdateReason, string? BackfillTicketId)
    : Push(ProcessId);

/// <summary>Asks the server to connect to another endpoint.</summary>
internal sealed record RefreshConnectionPush(string ProcessId, string RefreshConnectionEndpoint, string AuthToken) : Push(ProcessId);

/// <summary>Closes the connection.</summary>
/// <param name="Code">The WebSocket's close code.</param>
internal sealed record CloseConnectionPush(string ProcessId, int Code, string Reason) : Push(ProcessId);

/// <summary>Kills the operating system's process; only for one that this host has started.</summary>
internal sealed record KillProcessPush(string ProcessId, string Reason) : Push(ProcessId);
