using System.Collections.Concurrent;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>A call that was published and has no response yet.</summary>
/// <param name="service">The service.</param>
/// <param name="began">When, as the clock's timestamp.</param>
internal sealed class PendingCall(string service, long began)
    : TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public string Service => service;

    public long Began => began;

    /// <summary>How many times in a row its service has said that it does not run it.</summary>
    public int Missed { get; set; }
}

/// <summary>The calls without a response, by their ids. The first response counts; a second one finds nothing.</summary>
internal sealed class PendingCalls
{
    private readonly ConcurrentDictionary<string, PendingCall> _byId = new(StringComparer.Ordinal);
    private long _late;

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>How many responses came for calls that had ended, doubles included.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>All, with their ids.</summary>
    public IEnumerable<KeyValuePair<string, PendingCall>> All => _byId;

    /// <summary>Begins to wait.</summary>
    public PendingCall Add(string id, string service, long now)
    {
        var call = new PendingCall(service, now);
        _byId[id] = call;
        return call;
    }

    /// <summary>Waits no more.</summary>
    public void Remove(string id) => _byId.TryRemove(id, out _);

    /// <summary>Takes a response.</summary>
    public void Respond(string id, ReadOnlyMemory<byte> result, WireError? error)
    {
        if (!_byId.TryRemove(id, out var call))
        {
            Interlocked.Increment(ref _late);
        }
        else if (error is null)
        {
            call.TrySetResult(result);
        }
        else
        {
            call.TrySetException(new MeshException(error));
        }
    }

    /// <summary>Ends a call without a response.</summary>
    public void Fail(string id, WireError error)
    {
        if (_byId.TryRemove(id, out var call))
        {
            call.TrySetException(new MeshException(error));
        }
    }

    /// <summary>Ends all of them.</summary>
    public void FailAll(WireError error)
    {
        foreach (var id in _byId.Keys)
        {
            Fail(id, error);
        }
    }
}
