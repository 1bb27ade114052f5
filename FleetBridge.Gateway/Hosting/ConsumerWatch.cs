using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Hosting;

/// <summary>
/// What time does to consumers: pings, and their absent pongs; tokens that end or are revoked; consumers that do not say who they are,
/// do not end a message, or do not take a close frame. One timer for all of them, which runs while there are some.
/// </summary>
internal sealed class ConsumerWatch : IDisposable
{
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(25);
    public static readonly TimeSpan PongLimit = TimeSpan.FromSeconds(8);

    /// <summary>How long a consumer may take to say who it is.</summary>
    public static readonly TimeSpan TokenLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long after its token's end a consumer may renew it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    /// <summary>How long a close frame is tried.</summary>
    public static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long a message may take from its first byte to its last.</summary>
    public static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<Consumer> _watched = [];
    private readonly TokenVerifier _tokens;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private bool _runs;

    public ConsumerWatch(TokenVerifier tokens, TimeProvider clock)
    {
        (_tokens, _clock) = (tokens, clock);
        _timer = clock.CreateTimer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to watch a consumer.</summary>
    public void Add(Consumer consumer)
    {
        lock (_lock)
        {
            _watched.Add(consumer);
            if (!_runs)
            {
                _runs = true;
                _timer.Change(Interval, Interval);
            }
        }
    }

    /// <summary>Its connection has ended.</summary>
    public void Remove(Consumer consumer)
    {
        lock (_lock)
        {
            _watched.Remove(consumer);
            if (_watched.Count == 0 && _runs)
            {
                _runs = false;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Looks at all of them once.</summary>
    internal void Look()
    {
        Consumer[] all;
        lock (_lock)
        {
            all = [.. _watched];
        }

        foreach (var consumer in all)
        {
            Look(consumer);
        }
    }

    private void Look(Consumer consumer)
    {
        var outbox = consumer.Outbox;
        if (outbox.IsClosing)
        {
            if (consumer.Closed == 0)
            {
                consumer.Closed = _clock.GetTimestamp();
            }
            else if (_clock.GetElapsedTime(consumer.Closed) >= CloseLimit)
            {
                consumer.Connection.Abort();
            }

            return;
        }

        if (consumer.Identity is not { } identity)
        {
            if (_clock.GetElapsedTime(consumer.Began) >= TokenLimit)
            {
                outbox.Close(CloseCode.BadToken, $"No token came within {TokenLimit.TotalSeconds:0} s.");
            }

            return;
        }

        if (_tokens.IsRevoked(identity))
        {
            outbox.Close(CloseCode.Revoked, "The token was revoked.", discards: true);
        }
        else if (identity.Expires is { } end && _clock.GetUtcNow() >= end + Grace)
        {
            outbox.Close(CloseCode.Expired, "The token has expired. Come back with a new one.", discards: true);
        }
        else if (consumer.MessageBegan is > 0 and var began && _clock.GetElapsedTime(began) >= MessageLimit)
        {
            outbox.Close(CloseCode.NoPong, $"A message did not end within {MessageLimit.TotalSeconds:0} s.", discards: true);
        }
        else
        {
            Ping(consumer);
        }
    }

    private void Ping(Consumer consumer)
    {
        var silent = consumer.Connection.SilentFor;
        if (consumer.Pinged == 0)
        {
            if (silent >= PingInterval)
            {
                consumer.Pinged = _clock.GetTimestamp();
                consumer.Outbox.Send(Frames.Ping);
            }

            return;
        }

        var since = _clock.GetElapsedTime(consumer.Pinged);
        if (silent <= since)
        {
            consumer.Pinged = 0;
        }
        else if (since >= PongLimit)
        {
            consumer.Outbox.Close(CloseCode.NoPong, $"No pong came within {PongLimit.TotalSeconds:0} s.", discards: true);
        }
    }
}
