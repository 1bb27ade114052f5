namespace FleetBridge.Tests.Support;

/// <summary>One bridge for all tests of a class that leave it as they found it.</summary>
public sealed class SharedBridge : IAsyncLifetime
{
    private TestBridge? _bridge;

    internal TestBridge Bridge => _bridge!;

    public async ValueTask InitializeAsync() =>
        _bridge = await TestBridge.StartAsync(roots: [Repository.ProbeRoot, Repository.HelloRoot, Repository.AwsRoot]);

    public async ValueTask DisposeAsync() => await Bridge.DisposeAsync();
}
