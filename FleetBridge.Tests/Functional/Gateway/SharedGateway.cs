using FleetBridge.Gateway.Rights;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>One bridge with its gateway for all tests of a class.</summary>
public sealed class SharedGateway : IAsyncLifetime
{
    private TestBridge? _bridge;

    internal TestBridge Bridge => _bridge!;

    /// <summary>Tokens of every role, and the way to make more as another process would.</summary>
    internal LocalTokens Tokens { get; private set; } = null!;

    public string Admin { get; private set; } = "";

    public string Operator { get; private set; } = "";

    public string Viewer { get; private set; } = "";

    /// <summary>Whether the gateway was made before anybody had connected.</summary>
    public bool WasMadeEarly { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _bridge = await TestBridge.StartAsync(roots: [Repository.ProbeRoot], withGateway: true);
        await Bridge.Server.BackendsLoaded;
        WasMadeEarly = Bridge.Server.Gateway!.IsMade;
        Tokens = new LocalTokens(Bridge.Folder["state"], TimeProvider.System);
        (Admin, Operator, Viewer) = (New("root", Role.Admin), New("olga", Role.Operator), New("vera", Role.Viewer));
    }

    public async ValueTask DisposeAsync() => await Bridge.DisposeAsync();

    internal string New(string name, Role role, TimeSpan? lifetime = null)
    {
        Tokens.Make(name, role, lifetime, out var text);
        return text;
    }
}
