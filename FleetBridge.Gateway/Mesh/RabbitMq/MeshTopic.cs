using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Topics;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// A topic of the mesh as consumers see it: with this gateway's own epoch and numbers, since the broker has none. It is bound while
/// somebody listens; what happened before is not known, so it begins again then.
/// </summary>
internal sealed class MeshTopic : StoredTopic, IDisposable
{
    private readonly RabbitMqMesh _mesh;
    private readonly TimeProvider _clock;
    private IDisposable? _binding;
    private ITimer? _wish;

    public MeshTopic(string name, string epoch, RabbitMqMesh mesh, TimeProvider clock)
        : base(name, epoch) => (_mesh, _clock) = (mesh, clock);

    public void Dispose()
    {
        lock (Lock)
        {
            OnLast();
        }
    }

    protected override void OnFirst()
    {
        Restart();
        _binding = _mesh.Subscribe(Name, happened => Publish(JsonMarshal.GetRawUtf8Value(happened.Event).ToArray()));
        if (MeshTopics.IsOnDemand(Name))
        {
            var wish = Encoding.UTF8.GetBytes(new JsonObject { ["topic"] = Name }.ToJsonString());
            _wish = _clock.CreateTimer(_ => _mesh.Publish(MeshTopics.Want, wish), null, TimeSpan.Zero, MeshTopics.WantInterval);
        }
    }

    protected override void OnLast()
    {
        _binding?.Dispose();
        _wish?.Dispose();
        (_binding, _wish) = (null, null);
    }
}
