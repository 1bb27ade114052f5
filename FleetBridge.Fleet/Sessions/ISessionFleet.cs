using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Sessions;

/// <summary>A fleet on which the session routes create, find and join sessions: this host's, or one of GameLift on AWS.</summary>
/// <remarks>Every call fails with a <see cref="FleetException"/>, whose code is GameLift's.</remarks>
internal interface ISessionFleet
{
    /// <summary>CreateGameSession.</summary>
    /// <param name="token">The idempotency token: with a known one, the response is the session that it has started.</param>
    Task<SessionGame> CreateAsync(string name, int maximumPlayers, string token, CancellationToken cancellation);

    /// <summary>The sessions that are ACTIVATING or ACTIVE and whose short id begins so.</summary>
    Task<SessionGame?> FindLivingAsync(string idPrefix, CancellationToken cancellation);

    /// <summary>The ACTIVE sessions that a player can join, oldest first.</summary>
    Task<IReadOnlyList<SessionGame>> FindJoinableAsync(CancellationToken cancellation);

    /// <summary>A session as it is now.</summary>
    Task<SessionGame> GetAsync(string gameSessionId, CancellationToken cancellation);

    /// <summary>Waits until a session is no longer ACTIVATING.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    Task<SessionGame> WaitUntilStartedAsync(string gameSessionId, CancellationToken cancellation);

    /// <summary>UpdateGameSession: a session without players becomes what another client wants.</summary>
    Task<SessionGame> UpdateAsync(string gameSessionId, string name, int maximumPlayers, CancellationToken cancellation);

    /// <summary>TerminateGameSession, unless there are players.</summary>
    Task EndIfEmptyAsync(string gameSessionId, CancellationToken cancellation);

    /// <summary>CreatePlayerSession.</summary>
    Task<SessionPlayer> JoinAsync(string gameSessionId, string playerId, CancellationToken cancellation);

    /// <summary>The player's present place in a session, else a new one.</summary>
    Task<SessionPlayer> PlaceAsync(string gameSessionId, string playerId, CancellationToken cancellation);

    /// <summary>The sessions in which a player has a place.</summary>
    Task<IReadOnlyList<string>> FindPlacesAsync(string playerId, CancellationToken cancellation);
}
