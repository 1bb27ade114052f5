using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Security;

namespace FleetBridge.Serving;

/// <summary>From any process of FleetBridge to the gateway that belongs to it, by its <c>/healthz</c>.</summary>
internal static class GatewayFinder
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Finds a gateway.</summary>
    /// <param name="url">The address of a bridge, a host or a gateway.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <param name="acceptsAnyCertificate">Whether the certificate is compared later, by its fingerprint.</param>
    /// <returns>The gateway's address; null where there is none.</returns>
    public static async Task<Uri?> FindAsync(Uri url, CancellationToken cancellation, bool acceptsAnyCertificate = false)
    {
        return await AskAsync(url, cancellation, acceptsAnyCertificate).ConfigureAwait(false) is { } health ? Find(url, health) : null;
    }

    /// <summary>The gateway of a process that has said who it is.</summary>
    /// <param name="url">The address that was asked.</param>
    /// <param name="health">Its response.</param>
    /// <returns>The gateway's address; null where there is none that this machine reaches.</returns>
    public static Uri? Find(Uri url, HealthMessage health) =>
        IsGateway(url, health) ? new Uri(url.GetLeftPart(UriPartial.Authority))

            // a bridge's and a host's own gateway listen on their own machine alone, without TLS
            : health.GatewayPort == 0 || !url.IsLoopback ? null
            : new UriBuilder(Uri.UriSchemeHttp, url.Host, health.GatewayPort).Uri;

    /// <summary>Whether the address itself is a gateway's: that of a process of its own, or the port of a bridge's or a host's.</summary>
    /// <param name="url">The address that was asked.</param>
    /// <param name="health">Its response.</param>
    public static bool IsGateway(Uri url, HealthMessage health) => health.Process == HealthMessage.Gateway || url.Port == health.GatewayPort;

    /// <summary>Asks who is there.</summary>
    /// <returns>Null for nobody of ours.</returns>
    public static async Task<HealthMessage?> AskAsync(Uri url, CancellationToken cancellation, bool acceptsAnyCertificate = false)
    {
        try
        {
            using var handler = LoopbackHttp.CreateHandler();
            if (acceptsAnyCertificate)
            {
                // nothing secret is sent here, and the connection that follows compares the fingerprint
                handler.SslOptions.RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null;
            }

            using var client = new HttpClient(handler) { Timeout = Limit, MaxResponseContentBufferSize = HealthMessage.MostBytes };
            return HealthMessage.Read(await client.GetByteArrayAsync(
                new Uri(new Uri(url.GetLeftPart(UriPartial.Authority)), HealthMessage.Path), cancellation).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or InvalidOperationException or FormatException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }
}
