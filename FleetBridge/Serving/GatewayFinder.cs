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
        if (await AskAsync(url, cancellation, acceptsAnyCertificate).ConfigureAwait(false) is not { } health)
        {
            return null;
        }

        return health.Process == HealthMessage.Gateway ? new Uri(url.GetLeftPart(UriPartial.Authority))
            : health.GatewayPort == 0 ? null
            : new UriBuilder(url) { Port = health.GatewayPort, Path = "", Query = "" }.Uri;
    }

    /// <summary>Whether a gateway of its own is there. It waits: options are read before anything runs.</summary>
    public static bool IsGateway(Uri url) => AskAsync(url, CancellationToken.None).GetAwaiter().GetResult() is { Process: HealthMessage.Gateway };

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
