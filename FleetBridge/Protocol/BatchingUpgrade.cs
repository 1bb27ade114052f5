using Microsoft.AspNetCore.Http.Features;

namespace FleetBridge.Protocol;

/// <summary>Puts a <see cref="BatchingStream"/> between the framework's WebSocket and the connection.</summary>
internal sealed class BatchingUpgrade(IHttpUpgradeFeature inner, TimeProvider clock) : IHttpUpgradeFeature
{
    /// <summary>The stream; null before the upgrade.</summary>
    public BatchingStream? Stream { get; private set; }

    public bool IsUpgradableRequest => inner.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() =>
        Stream = new BatchingStream(await inner.UpgradeAsync().ConfigureAwait(false), clock);
}
