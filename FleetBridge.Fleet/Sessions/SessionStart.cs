using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FleetBridge.Fleet.Model;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Fleet.Sessions;

/// <summary>What POST /create_session was asked for.</summary>
/// <param name="Name">session_name.</param>
/// <param name="PlayerId">uuid.</param>
/// <param name="MaximumPlayers">num_connections.</param>
/// <param name="Reuse">Whether an empty session will do.</param>
/// <param name="Key">The header Idempotency-Key; null if the client has none.</param>
internal sealed record SessionWish(string Name, string PlayerId, int MaximumPlayers, bool Reuse, string? Key);

/// <summary>
/// Starts a session and gives the player a place in it. A client that tries again gets the same session: it is recognized by its
/// key, otherwise by player and name for as long as that session lives. The token of GameLift's own idempotency says which one it is,
/// so that this holds after a restart too.
/// </summary>
/// <param name="limit">How long a session may take to become ACTIVE.</param>
internal sealed partial class SessionStart(TimeSpan limit, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>Sessions of one name that end in the minute in which they were started.</summary>
    private const int Attempts = 5;

    private const int Stripes = 64;

    /// <summary>How long the end of a session without its player may take.</summary>
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(5);

    /// <summary>Requests of one key take turns, so that two at the same time are one session.</summary>
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    private readonly SemaphoreSlim _reuse = new(1);

    public void Dispose()
    {
        _reuse.Dispose();
        foreach (var turn in _turns)
        {
            turn.Dispose();
        }
    }

    /// <summary>Starts one, or continues.</summary>
    /// <exception cref="FleetException">GameLift's refusal, or one of <see cref="SessionErrors"/>.</exception>
    public async Task<SessionPlayer> RunAsync(ISessionFleet fleet, SessionWish wish, CancellationToken cancellation)
    {
        if (wish.Reuse && await ReuseAsync(fleet, wish, cancellation).ConfigureAwait(false) is { } place)
        {
            return place;
        }

        var token = wish.Key is null ? Token("name", wish.PlayerId, wish.Name) : Token("key", wish.Key);
        var turn = _turns[Convert.ToInt32(token[..2], 16) % Stripes];
        var session = await InTurnAsync(
            turn,
            async () => wish.Key is not null
                ? await StartAsync(fleet, wish, token, cancellation).ConfigureAwait(false)
                : await fleet.FindLivingAsync(token, cancellation).ConfigureAwait(false)
                    ?? await StartUnlessEndedAsync(fleet, wish, token, cancellation).ConfigureAwait(false),
            cancellation).ConfigureAwait(false);
        if (!session.IsActive)
        {
            await WaitAsync(fleet, session.GameSessionId, cancellation).ConfigureAwait(false);
        }

        try
        {
            return await InTurnAsync(
                turn, () => fleet.PlaceAsync(session.GameSessionId, wish.PlayerId, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (FleetException)
        {
            await EndIfEmptyAsync(fleet, session.GameSessionId).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>GameLift's idempotency token for what is the same request: at most 48 letters, digits and hyphens.</summary>
    private static string Token(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));

    private static async Task<T> InTurnAsync<T>(SemaphoreSlim turn, Func<Task<T>> act, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    private static async Task<SessionGame> StartAsync(ISessionFleet fleet, SessionWish wish, string token, CancellationToken cancellation)
    {
        var session = await fleet.CreateAsync(wish.Name, wish.MaximumPlayers, token, cancellation).ConfigureAwait(false);
        return session.IsLiving
            ? session
            : throw new FleetException(
                FleetErrors.InvalidGameSessionStatus,
                $"The game session {session.GameSessionId} of this request has ended. Send the request with another Idempotency-Key.");
    }

    /// <summary>A session of this minute; the next one if that has ended already.</summary>
    private async Task<SessionGame> StartUnlessEndedAsync(ISessionFleet fleet, SessionWish wish, string token, CancellationToken cancellation)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var numbered = string.Create(CultureInfo.InvariantCulture, $"{token}-{minute}{attempt}");
                return await StartAsync(fleet, wish, numbered, cancellation).ConfigureAwait(false);
            }
            catch (FleetException exception) when (attempt < Attempts
                && exception.Code is FleetErrors.InvalidGameSessionStatus or FleetErrors.IdempotentParameterMismatch)
            {
                LogEnded(wish.Name, attempt);
            }
        }
    }

    private async Task WaitAsync(ISessionFleet fleet, string gameSessionId, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        SessionGame session;
        try
        {
            session = await fleet.WaitUntilStartedAsync(gameSessionId, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new FleetException(
                SessionErrors.ActivationTimeout,
                $"The game session {gameSessionId} has not become ACTIVE within {limit.TotalSeconds:0.#} s: its server has not called "
                + "ActivateGameSession yet. Send the request again to continue the wait.");
        }

        if (!session.IsActive)
        {
            throw new FleetException(
                SessionErrors.NotStarted,
                $"The game session {gameSessionId} could not be started: it is {session.Status}. Try again; the fleet's events and the "
                + "server's log say more.");
        }
    }

    /// <summary>A place in an ACTIVE session without players; null if none is large enough.</summary>
    private async Task<SessionPlayer?> ReuseAsync(ISessionFleet fleet, SessionWish wish, CancellationToken cancellation)
    {
        await _reuse.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            // first the one that an earlier try of this request has taken
            foreach (var id in await fleet.FindPlacesAsync(wish.PlayerId, cancellation).ConfigureAwait(false))
            {
                if (await fleet.GetAsync(id, cancellation).ConfigureAwait(false) is { IsActive: true } session && session.Name == wish.Name)
                {
                    return await fleet.PlaceAsync(id, wish.PlayerId, cancellation).ConfigureAwait(false);
                }
            }

            var empty = (await fleet.FindJoinableAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(
                session => session.CurrentPlayerSessionCount == 0 && session.MaximumPlayerSessionCount >= wish.MaximumPlayers);
            if (empty is null)
            {
                return null;
            }

            await fleet.UpdateAsync(empty.GameSessionId, wish.Name, wish.MaximumPlayers, cancellation).ConfigureAwait(false);
            return await fleet.PlaceAsync(empty.GameSessionId, wish.PlayerId, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _reuse.Release();
        }
    }

    /// <summary>Ends a session in which the player who started it got no place.</summary>
    private async Task EndIfEmptyAsync(ISessionFleet fleet, string gameSessionId)
    {
        using var timer = new CancellationTokenSource(CleanUpLimit, clock);
        try
        {
            await fleet.EndIfEmptyAsync(gameSessionId, timer.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FleetException or OperationCanceledException)
        {
            LogLeft(gameSessionId, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Session {Number} of this minute for {Name} has ended; another one is started.")]
    private partial void LogEnded(string name, int number);

    [LoggerMessage(LogLevel.Warning, "The game session {GameSessionId} was left without its player: {Reason}")]
    private partial void LogLeft(string gameSessionId, string reason);
}
