using System.Globalization;
using System.Net.Security;
using Amazon.Runtime;

namespace Amazon.Clients.Runtime;

/// <summary>
/// The HTTP clients below the SDK's pipeline, with bounds for what comes back: the SDK itself reads a response to its end, however long
/// that is and however long it takes. What responds may be a broken proxy, or mean harm.
/// </summary>
/// <param name="kind">The bounds.</param>
/// <param name="trust">Whom the clients trust, in the place of the system's authorities; null for those.</param>
public sealed class BoundedHttp(ResponseBounds kind, SslClientAuthenticationOptions? trust = null) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = clientConfig.AllowAutoRedirect, UseCookies = false };
        if (trust is not null)
        {
            handler.SslOptions = trust;
        }

        if (clientConfig.ConnectTimeout is { } connect)
        {
            handler.ConnectTimeout = connect;
        }

        if (clientConfig.MaxConnectionsPerServer is { } most)
        {
            handler.MaxConnectionsPerServer = most;
        }

        if (clientConfig.GetWebProxy() is { } proxy)
        {
            handler.Proxy = proxy;
        }

        var client = new HttpClient(new BoundedResponses(handler, kind));
        if (clientConfig.Timeout is { } timeout)
        {
            client.Timeout = timeout;
        }

        return client;
    }

    /// <summary>The same bounds, with authorities of one's own.</summary>
    /// <param name="authorities">Whom the clients trust.</param>
    public BoundedHttp Trusting(SslClientAuthenticationOptions authorities) => new(kind, authorities);

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => trust is null;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    /// <summary>Clients of all services with the same bounds share their connections, as the SDK's own do.</summary>
    public override string GetConfigUniqueString(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}|{clientConfig.Timeout}|{clientConfig.ConnectTimeout}|{clientConfig.AllowAutoRedirect}|"
            + $"{clientConfig.MaxConnectionsPerServer}|{clientConfig.GetWebProxy()?.GetHashCode()}");
    }
}
