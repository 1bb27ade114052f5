using FleetBridge.Backends;
using FleetBridge.Core.Client;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;
using FleetBridge.Serving;

namespace FleetBridge.Options;

/// <summary>
/// What a command's <c>--url</c> names. The first request finds out, once for the whole command, whether a bridge or a gateway is there.
/// </summary>
internal sealed class NamedBridge : IBridge, IAsyncDisposable
{
    private readonly Lazy<Task<IBridge>> _bridge;

    /// <summary>Prepares it.</summary>
    /// <param name="written">What the user wrote.</param>
    /// <param name="url">What it was understood as.</param>
    /// <param name="tokenFile">The file with a token; null for none.</param>
    /// <param name="fingerprint">The fingerprint of a gateway's certificate; null for one that the system trusts.</param>
    public NamedBridge(string written, Uri url, string? tokenFile, string? fingerprint) =>
        _bridge = new Lazy<Task<IBridge>>(() => FindAsync(written, url, tokenFile, fingerprint));

    public async Task<BridgeResponse> SendAsync(BackendRequest request, RequestOptions options) =>
        await (await OpenAsync(options.Aborted).ConfigureAwait(false)).SendAsync(request, options).ConfigureAwait(false);

    public async Task<IReadOnlyList<BackendStatus>> GetBackendsAsync(CancellationToken cancellation) =>
        await (await OpenAsync(cancellation).ConfigureAwait(false)).GetBackendsAsync(cancellation).ConfigureAwait(false);

    public async Task<BackendOutline> OutlineAsync(string name, string version, CancellationToken cancellation) =>
        await (await OpenAsync(cancellation).ConfigureAwait(false)).OutlineAsync(name, version, cancellation).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_bridge is not { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } found })
        {
            return;
        }

        switch (await found.ConfigureAwait(false))
        {
            case GatewayBridge gateway:
                await gateway.DisposeAsync().ConfigureAwait(false);
                break;
            case RemoteBridge bridge:
                bridge.Dispose();
                break;
        }
    }

    private static async Task<IBridge> FindAsync(string written, Uri url, string? tokenFile, string? fingerprint)
    {
        // each of these waits has a limit of its own, and all requests of the command share their result
        await HttpAddress.ConfirmAsync(written, url, "fleetbridge serve", CancellationToken.None).ConfigureAwait(false);
        return url.Scheme == Uri.UriSchemeHttps
            || (await GatewayFinder.AskAsync(url, CancellationToken.None).ConfigureAwait(false) is { } health
                && GatewayFinder.IsGateway(url, health))
                ? new GatewayBridge(url, tokenFile, fingerprint)
                : new RemoteBridge(url, TokenOptions.Read(tokenFile));
    }

    private Task<IBridge> OpenAsync(CancellationToken cancellation) => _bridge.Value.WaitAsync(cancellation);
}
