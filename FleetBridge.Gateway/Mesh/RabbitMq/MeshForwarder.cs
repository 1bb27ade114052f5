using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Logs;
using FleetBridge.Core.Ports;
using FleetBridge.Gateway.Topics;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Publishes this process's topics on the mesh: some always, the others while somebody there says that it listens.</summary>
internal sealed class MeshForwarder : IDisposable
{
    private static readonly TimeSpan WakeDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Records of one moment are one event.</summary>
    private const int MostBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<IDisposable>> _onDemand = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (IDisposable Forwarding, ITimer End)> _running = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _always = [];
    private readonly RabbitMqMesh _mesh;
    private readonly string _machine;
    private readonly TimeProvider _clock;

    public MeshForwarder(RabbitMqMesh mesh, string machine, TimeProvider clock)
    {
        (_mesh, _machine, _clock) = (mesh, machine, clock);
        _always.Add(mesh.Subscribe(MeshTopics.Want, Take));
    }

    /// <summary>Publishes a topic.</summary>
    /// <param name="name">Its name on the mesh.</param>
    /// <param name="topic">The topic of this process.</param>
    public void Add(string name, Topic topic)
    {
        if (MeshTopics.IsOnDemand(name))
        {
            _onDemand[name] = () => topic.Listen(json => Publish(name, json.Span));
        }
        else
        {
            _always.Add(topic.Listen(json => Publish(name, json.Span)));
        }
    }

    /// <summary>Publishes the log: an event has the records of a moment.</summary>
    public void Add(LogRing log) => _onDemand[MeshTopics.Log] = () => new LogForwarding(this, log);

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var (forwarding, end) in _running.Values)
            {
                forwarding.Dispose();
                end.Dispose();
            }

            _running.Clear();
            _onDemand.Clear();
        }

        _always.ForEach(one => one.Dispose());
    }

    private void Take(MeshEvent wish)
    {
        if (wish.Event.ValueKind != JsonValueKind.Object || !wish.Event.TryGetProperty("topic", out var name) || name.ValueKind != JsonValueKind.String)
        {
            return;
        }

        var topic = name.GetString()!;
        lock (_lock)
        {
            if (_running.TryGetValue(topic, out var running))
            {
                running.End.Change(MeshTopics.WantLifetime, Timeout.InfiniteTimeSpan);
            }
            else if (_onDemand.TryGetValue(topic, out var begin))
            {
                _running[topic] = (begin(), _clock.CreateTimer(_ => End(topic), null, MeshTopics.WantLifetime, Timeout.InfiniteTimeSpan));
            }
        }
    }

    private void End(string topic)
    {
        lock (_lock)
        {
            if (_running.Remove(topic, out var running))
            {
                running.Forwarding.Dispose();
                running.End.Dispose();
            }
        }
    }

    private void Publish(string topic, ReadOnlySpan<byte> json) =>
        _mesh.Publish(topic, [.. Encoding.UTF8.GetBytes($"{{\"machine\":{JsonValue.Create(_machine).ToJsonString()},\"event\":"), .. json, .. "}"u8]);

    private sealed class LogForwarding : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();

        public LogForwarding(MeshForwarder forwarder, LogRing log) => _ = ForwardAsync(forwarder, log);

        public void Dispose()
        {
            _ending.Cancel();
            _ending.Dispose();
        }

        private async Task ForwardAsync(MeshForwarder forwarder, LogRing log)
        {
            var ending = _ending.Token;
            using var reader = log.Open(new LogReaderPolicy
            {
                Bound = BridgeLog.LongHistory,
                DescribeGap = static count => $"{count} records were dropped.",
                WakeDelay = WakeDelay,
            });
            var (batch, json) = (new LogBatch(), new FrameBuffer());
            try
            {
                while (true)
                {
                    await reader.TakeAsync(batch, MostBytes, ending).ConfigureAwait(false);
                    json.Clear();
                    json.Write("["u8);
                    for (var index = 0; index < batch.Records.Count; index++)
                    {
                        json.Write(index > 0 ? ","u8 : ""u8);
                        EditorRecord.Write(json, batch.Records[index]);
                    }

                    json.Write("]"u8);
                    forwarder.Publish(MeshTopics.Log, json.Frames.Span);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                // nobody listens any more
            }
        }
    }
}
