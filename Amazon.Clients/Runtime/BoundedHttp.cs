using System.Globalization;
using Amazon.Runtime;

namespace Amazon.Clients.Runtime;

/// <summary>
/// The HTTP clients below the SDK's pipeline, with bounds for what comes back: the SDK itself reads a response to its end, however long
/// that is and however long it takes. What responds may be a broken proxy, or mean harm.
/// </summary>
/// <param name="kind">The bounds.</param>
public sealed class BoundedHttp(ResponseBounds kind) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = clientConfig.AllowAutoRedirect, UseCookies = false };
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

    /// <summary>Clients of all services with the same bounds share their connections, as the SDK's own do.</summary>
    public override string GetConfigUniqueString(IClientConfig clientConfig)
    {
        ArgumentNullException.ThrowIfNull(clientConfig);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{kind}|{clientConfig.Timeout}|{clientConfig.ConnectTimeout}|{clientConfig.AllowAutoRedirect}|{clientConfig.MaxConnectionsPerServer}|{clientConfig.GetWebProxy()?.GetHashCode()}");
    }
}
