using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Consumers;

/// <summary>
/// All consumers: who is registered, and the ways to reach one, a user's, some users' or all of them. Whether a token is good is
/// decided elsewhere; a consumer that is registered here is known.
/// </summary>
/// <param name="limits">How many there may be.</param>
/// <param name="clock">The clock.</param>
internal sealed class ConsumerRegistry(ConsumerLimits limits, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Consumer> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Consumer>> _byUser = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _places;
    private long _refused;
    private volatile bool _isClosed;

    /// <summary>A user's consumer has come.</summary>
    public event Action<Consumer>? Registered;

    /// <summary>A user's consumer has gone.</summary>
    public event Action<Consumer>? Unregistered;

    /// <summary>The consumers that are known.</summary>
    public ICollection<Consumer> All => _consumers.Values;

    /// <summary>How many there are, those included who have still to say who they are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _places;
            }
        }
    }

    /// <summary>How many were refused by a limit.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Takes a place before the upgrade.</summary>
    /// <param name="address">Where the consumer comes from.</param>
    /// <returns>Why there is none; null when the place is taken.</returns>
    public string? FindObjection(IPAddress address)
    {
        lock (_lock)
        {
            var here = _byAddress.GetValueOrDefault(address);
            var objection = _isClosed ? "The gateway is stopping. Come back."
                : _places >= limits.InAll ? $"The gateway has {limits.InAll} consumers, as many as it may. Try again later."
                : here >= limits.PerAddress ? $"The address {address} has {limits.PerAddress} consumers, as many as it may."
                : null;
            if (objection is not null)
            {
                Interlocked.Increment(ref _refused);
                return objection;
            }

            _places++;
            _byAddress[address] = here + 1;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _places--;
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, address, out _) == 0)
            {
                _byAddress.Remove(address);
            }
        }
    }

    /// <summary>Registers a consumer whose identity is known, and greets it.</summary>
    /// <returns>Why it is not registered; null when it is.</returns>
    public string? Register(Consumer consumer)
    {
        var identity = consumer.Identity ?? throw new InvalidOperationException("A consumer is registered once it is known.");
        lock (_lock)
        {
            if (!_byUser.TryGetValue(identity.UserId, out var same))
            {
                _byUser[identity.UserId] = same = new List<Consumer>(1);
            }

            if (same.Count >= limits.PerUser)
            {
                Interlocked.Increment(ref _refused);
                return $"The user has {limits.PerUser} connections, as many as it may. Close some.";
            }

            same.Add(consumer);
        }

        _consumers[consumer.Id] = consumer;
        consumer.Outbox.Send(Outgoing.Hello(consumer.Id, identity.UserId, identity.Username, identity.Role.NameOf()));
        Registered?.Invoke(consumer);
        return null;
    }

    /// <summary>Forgets a consumer whose connection has ended.</summary>
    public void Unregister(Consumer consumer)
    {
        if (!_consumers.TryRemove(consumer.Id, out _))
        {
            return;
        }

        lock (_lock)
        {
            if (_byUser.TryGetValue(consumer.Identity!.UserId, out var same) && same.Remove(consumer) && same.Count == 0)
            {
                _byUser.Remove(consumer.Identity.UserId);
            }
        }

        Unregistered?.Invoke(consumer);
    }

    /// <summary>Finds a consumer by its session's id.</summary>
    public Consumer? Find(string id) => _consumers.GetValueOrDefault(id);

    /// <summary>The consumers of a user.</summary>
    public IReadOnlyList<Consumer> Of(string userId)
    {
        lock (_lock)
        {
            return _byUser.TryGetValue(userId, out var same) ? [.. same] : [];
        }
    }

    /// <summary>The users and how many consumers each has.</summary>
    public IReadOnlyList<(Identity User, int Connections)> Users
    {
        get
        {
            lock (_lock)
            {
                return [.. _byUser.Values.Select(same => (same[0].Identity!, same.Count))];
            }
        }
    }

    /// <summary>Sends to one consumer.</summary>
    /// <returns>Whether it is there.</returns>
    public bool SendTo(string id, byte[] frame) => Find(id) is { } consumer && consumer.Outbox.Send(frame);

    /// <summary>Sends to every consumer of a user.</summary>
    /// <returns>To how many.</returns>
    public int SendToUser(string userId, byte[] frame) => Of(userId).Count(consumer => consumer.Outbox.Send(frame));

    /// <summary>Sends to every consumer of some users, each once.</summary>
    /// <returns>To how many.</returns>
    public int SendToUsers(IEnumerable<string> userIds, byte[] frame) => userIds.Distinct(StringComparer.Ordinal).Sum(user => SendToUser(user, frame));

    /// <summary>Sends to all.</summary>
    /// <returns>To how many.</returns>
    public int SendToAll(byte[] frame)
    {
        var sent = 0;
        foreach (var (_, consumer) in _consumers)
        {
            sent += consumer.Outbox.Send(frame) ? 1 : 0;
        }

        return sent;
    }

    /// <summary>Closes every consumer of a user.</summary>
    public void CloseUser(string userId, int code, string reason)
    {
        foreach (var consumer in Of(userId))
        {
            consumer.Outbox.Close(code, reason);
        }
    }

    /// <summary>Takes no more consumers, and tells those that are there to come back, spread over a time so that they do not all come at once.</summary>
    /// <param name="spread">Over how long.</param>
    public async Task CloseAllAsync(TimeSpan spread)
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        var all = _consumers.Values.ToArray();
        Random.Shared.Shuffle(all);
        var steps = Math.Clamp(all.Length / 100, 1, 20);
        foreach (var (index, part) in all.Chunk(Math.Max(1, (all.Length + steps - 1) / steps)).Index())
        {
            if (index > 0)
            {
                await Task.Delay(spread / steps, clock).ConfigureAwait(false);
            }

            foreach (var consumer in part)
            {
                consumer.Outbox.Close(CloseCode.Shutdown, "The gateway stops. Come back in a moment.");
            }
        }
    }
}
