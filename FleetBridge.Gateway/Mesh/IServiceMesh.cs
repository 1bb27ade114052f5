namespace FleetBridge.Gateway.Mesh;

/// <summary>
/// Services by name, in this process or beyond a broker. It knows nothing of consumers: a call comes with who asks, and its response
/// goes to whoever awaits it.
/// </summary>
internal interface IServiceMesh
{
    /// <summary>Whether a call can be made at this moment; false while a broker cannot be reached.</summary>
    bool IsConnected { get; }

    /// <summary>The names of the services that are known.</summary>
    IReadOnlyList<string> Services { get; }

    /// <summary>Calls a service.</summary>
    /// <param name="call">The call; its <see cref="MeshCall.Permit"/> is called before anything runs.</param>
    /// <param name="cancellation">Cancelled when nobody waits any more: what only reads ends, what changes something runs to its end.</param>
    /// <returns>The result's JSON.</returns>
    /// <exception cref="MeshException">It has no result.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation);
}

/// <summary>A service of this process.</summary>
internal interface IMeshService
{
    string Name { get; }

    /// <summary>The methods with their parameters, for <c>nuropb_describe</c>.</summary>
    ServiceDescription Describe();

    /// <inheritdoc cref="IServiceMesh.CallAsync"/>
    Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation);
}
