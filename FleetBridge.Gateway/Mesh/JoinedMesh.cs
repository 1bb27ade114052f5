namespace FleetBridge.Gateway.Mesh;

/// <summary>The services of this process and those beyond a broker. A name that is here means the one here.</summary>
/// <param name="here">The services of this process.</param>
/// <param name="beyond">The others.</param>
internal sealed class JoinedMesh(IServiceMesh here, IServiceMesh beyond) : IServiceMesh
{
    // "bridge" is always the one here, where there is one: beyond it is called otherwise
    private readonly HashSet<string> _here = [.. here.Services, BridgeService.ServiceName];

    public bool IsConnected => here.IsConnected;

    public IReadOnlyList<string> Services => [.. here.Services.Union(beyond.Services).Order(StringComparer.Ordinal)];

    public Task<ReadOnlyMemory<byte>> CallAsync(MeshCall call, CancellationToken cancellation) =>
        (_here.Contains(call.Service) ? here : beyond).CallAsync(call, cancellation);
}
