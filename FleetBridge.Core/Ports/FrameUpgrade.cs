using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Core.Ports;

/// <summary>Puts a <see cref="FrameStream"/> between the framework's WebSocket and the connection.</summary>
internal sealed class FrameUpgrade(IHttpUpgradeFeature inner, TimeProvider clock, bool leavesOpen = false) : IHttpUpgradeFeature
{
    /// <summary>The stream; null before the upgrade.</summary>
    public FrameStream? Stream { get; private set; }

    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() =>
        Stream = new FrameStream(await inner.UpgradeAsync().ConfigureAwait(false), clock, leavesOpen);
}
