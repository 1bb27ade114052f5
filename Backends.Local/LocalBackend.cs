namespace FleetBridge.Backends.Local;

/// <summary>GameLift on this machine: a host, game servers on it, and game sessions. It keeps nothing, and asks the host for everything.
/// </summary>
public sealed class LocalBackend : Backend
{
    private readonly HostConnection _host = new();

    /// <summary>Creates the backend, without a call to a host.</summary>
    public LocalBackend() => Resources = [new PackagedBuild(), new LocalHost(_host), new LocalFleet(_host), new LocalGameSession(_host)];

    /// <inheritdoc/>
    public override IReadOnlyList<Setting> Settings => LocalSettings.All;

    /// <inheritdoc/>
    public override IReadOnlyList<Resource> Resources { get; }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _host.Dispose();
        return base.DisposeAsync();
    }
}
