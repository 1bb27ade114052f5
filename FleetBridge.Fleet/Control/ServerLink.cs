using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>A server process's open connection: pushes are delivered to it until it is disposed or replaced.</summary>
internal sealed class ServerLink(FleetControl control, ServerConnection connection, Action<Push> deliver) : IAsyncDisposable
{
    /// <summary>What the model knows of it.</summary>
    public ServerConnection Connection { get; } = connection;

    internal Action<Push> Deliver { get; } = deliver;

    /// <summary>Says that the connection has ended.</summary>
    public async ValueTask DisposeAsync() => await control.DisconnectAsync(this).ConfigureAwait(false);
}
