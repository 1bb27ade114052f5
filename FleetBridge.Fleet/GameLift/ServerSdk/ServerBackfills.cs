using System.Collections.Concurrent;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.ServerSdk;

/// <summary>
/// Match backfills on a host without a matchmaker: a request is taken as GameLift takes it, finds nobody, and ends as one that was
/// cancelled or timed out, so that a game's code for it runs. A newer request of a game session replaces the older.
/// </summary>
internal sealed class ServerBackfills(Action<Push> push, ServerHints hints, TimeProvider clock) : IDisposable
{
    /// <summary>How long a request looks for players.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Request> _requests = new(StringComparer.Ordinal);

    /// <summary>Takes a request.</summary>
    /// <param name="session">The game session to fill.</param>
    /// <param name="ticketId">The server's own id for it; null to make one.</param>
    /// <returns>The ticket's id.</returns>
    public string Start(GameSession session, string? ticketId)
    {
        var request = new Request(ticketId ?? Guid.NewGuid().ToString());
        request.Timer = clock.CreateTimer(_ => End(session, request, "BACKFILL_TIMED_OUT"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _requests.AddOrUpdate(session.GameSessionId, request, (_, older) =>
        {
            older.Timer?.Dispose();
            return request;
        });
        request.Timer.Change(RequestTimeout, Timeout.InfiniteTimeSpan);
        hints.NoMatchmaker(session.ProcessId, request.TicketId, RequestTimeout.TotalSeconds);
        return request.TicketId;
    }

    /// <summary>Cancels a request.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public void Stop(GameSession session, string ticketId)
    {
        if (!_requests.TryGetValue(session.GameSessionId, out var request) || request.TicketId != ticketId)
        {
            throw new FleetException(FleetErrors.NotFound, $"The game session {session.GameSessionId} has no backfill ticket {ticketId}.");
        }

        End(session, request, "BACKFILL_CANCELLED");
    }

    public void Dispose()
    {
        foreach (var request in _requests.Values)
        {
            request.Timer?.Dispose();
        }
    }

    private void End(GameSession session, Request request, string reason)
    {
        if (_requests.TryRemove(new KeyValuePair<string, Request>(session.GameSessionId, request)))
        {
            request.Timer?.Dispose();
            push(new UpdateGameSessionPush(session.ProcessId, session, reason, request.TicketId));
        }
    }

    private sealed class Request(string ticketId)
    {
        public string TicketId { get; } = ticketId;

        public ITimer? Timer { get; set; }
    }
}
