namespace FleetBridge.Fleet.Containers;

/// <summary>How a worker uses the container engine of its machine. No request names any of it: the engine's socket is root on the
/// machine.</summary>
internal sealed record ContainerOptions
{
    /// <summary>The environment variable of <see cref="Network"/>.</summary>
    public const string NetworkVariable = "FLEETBRIDGE_CONTAINER_NETWORK";

    /// <summary>The environment variable of <see cref="Address"/>.</summary>
    public const string AddressVariable = "FLEETBRIDGE_CONTAINER_ADDRESS";

    /// <summary>Where ports are published unless told otherwise.</summary>
    public const string Loopback = "127.0.0.1";

    /// <summary>The worker's own folder: what it has started carries the folder's path as a label.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The engine; null for what DOCKER_HOST, the docker command's context or the default says.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The containers' network; null for the engine's own. In <c>host</c> the servers bind the machine's ports themselves.</summary>
    public string? Network { get; init; }

    /// <summary>The address on which ports are published: published ports bypass a firewall, so that it is loopback unless told otherwise.</summary>
    public string Address { get; init; } = Loopback;

    /// <summary>The most processes of a container, unless its configuration says otherwise.</summary>
    public int MostProcesses { get; init; } = 4096;
}
