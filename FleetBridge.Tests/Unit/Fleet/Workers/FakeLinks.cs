using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FleetBridge.Fleet.Servers;
using FleetBridge.Fleet.Workers;

namespace FleetBridge.Tests.Unit.Fleet.Workers;

/// <summary>Workers that say what the test lets them say, and remember what they were sent.</summary>
internal sealed class FakeLinks : IWorkerLinks
{
    private readonly HashSet<string> _connected = [];
    private readonly List<(string Worker, LinkMessageType Type, byte[] Payload)> _sent = [];
    private TaskCompletionSource _changed = New();

    public event Action<string, LinkMessageType, ReadOnlyMemory<byte>>? OnMessage;

    public event Action<WorkerSession>? OnSession;

    public bool IsConnected(string workerId)
    {
        lock (_sent)
        {
            return _connected.Contains(workerId);
        }
    }

    public Task SendAsync(string workerId, LinkMessageType type, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        lock (_sent)
        {
            if (!_connected.Contains(workerId))
            {
                throw new InvalidOperationException("not connected");
            }

            _sent.Add((workerId, type, payload.ToArray()));
            _changed.TrySetResult();
            _changed = New();
        }

        return Task.CompletedTask;
    }

    /// <summary>A worker connects.</summary>
    public void Connect(string workerId, bool isResumed = false)
    {
        lock (_sent)
        {
            _connected.Add(workerId);
        }

        OnSession?.Invoke(new WorkerSession(workerId, isResumed, "127.0.0.1", "127.0.0.1"));
    }

    /// <summary>A worker's connection is cut.</summary>
    public void Disconnect(string workerId)
    {
        lock (_sent)
        {
            _connected.Remove(workerId);
        }
    }

    /// <summary>A worker says something.</summary>
    public void Say<T>(string workerId, LinkMessageType type, T message, JsonTypeInfo<T> json) =>
        OnMessage?.Invoke(workerId, type, JsonSerializer.SerializeToUtf8Bytes(message, json));

    /// <summary>A worker connects and says hello.</summary>
    public void Greet(string workerId, params ObservedServer[] servers) => Greet(workerId, isFrozen: false, servers);

    /// <summary>The same of one that may be frozen.</summary>
    public void Greet(string workerId, bool isFrozen, params ObservedServer[] servers)
    {
        Connect(workerId);
        Hello(workerId, isFrozen, servers);
    }

    /// <summary>A worker that is connected says hello.</summary>
    public void Hello(string workerId, bool isFrozen, params ObservedServer[] servers) => Say(
        workerId,
        LinkMessageType.Hello,
        new WorkerHello
        {
            WorkerId = workerId,
            Name = $"name of {workerId}",
            Version = "1",
            BootId = "boot",
            CanInstall = [GameId.Folder],
            IsFrozen = isFrozen,
            Servers = servers,
        },
        ServerJson.Default.WorkerHello);

    /// <summary>What a worker was sent, of a type.</summary>
    public IReadOnlyList<T> Sent<T>(string workerId, LinkMessageType type, JsonTypeInfo<T> json)
    {
        lock (_sent)
        {
            return [.. _sent.Where(one => one.Worker == workerId && one.Type == type).Select(one => JsonSerializer.Deserialize(one.Payload, json)!)];
        }
    }

    /// <summary>The types of what a worker was sent.</summary>
    public IReadOnlyList<LinkMessageType> Types(string workerId)
    {
        lock (_sent)
        {
            return [.. _sent.Where(one => one.Worker == workerId).Select(one => one.Type)];
        }
    }

    /// <summary>Waits until a worker was sent something like that.</summary>
    public async Task<T> WaitAsync<T>(string workerId, LinkMessageType type, JsonTypeInfo<T> json, Func<T, bool>? like = null)
    {
        while (true)
        {
            Task changed;
            lock (_sent)
            {
                changed = _changed.Task;
                if (Sent(workerId, type, json).FirstOrDefault(one => like is null || like(one)) is { } found)
                {
                    return found;
                }
            }

            await changed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
