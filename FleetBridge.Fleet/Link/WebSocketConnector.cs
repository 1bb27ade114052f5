using System.Net;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FleetBridge.Fleet.Link;

/// <summary>Connects over the network, directly: a proxy is not asked for.</summary>
/// <param name="options">Where to, and with which headers.</param>
/// <param name="clock">Reads the dates of <c>Retry-After</c>.</param>
internal sealed class WebSocketConnector(LinkOptions options, TimeProvider clock) : ILinkConnector
{
    public string Target => options.Uri.GetLeftPart(UriPartial.Path);

    public async Task<(WebSocket Socket, LinkWelcome Welcome)> ConnectAsync(LinkPosition position, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        string? certificate = null;
        try
        {
            Configure(socket.Options, position, seen => certificate = seen);
            await socket.ConnectAsync(options.Uri, cancellation).ConfigureAwait(false);
            return (socket, ReadWelcome(socket));
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or IOException or AuthenticationException)
        {
            var failure = Explain(socket, exception, certificate);
            socket.Dispose();
            throw failure;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Configure(ClientWebSocketOptions socket, LinkPosition position, Action<string> seen)
    {
        socket.AddSubProtocol(LinkHeaders.Protocol);
        socket.CollectHttpResponseDetails = true;
        socket.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        socket.Proxy = null;
        foreach (var (name, value) in LinkHandshake.HeadersOf(options, position))
        {
            socket.SetRequestHeader(name, value);
        }

        if (options.PinnedFingerprint is { } pinned)
        {
            socket.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                var fingerprint = shown is null ? "" : FingerprintOf(shown);
                seen(fingerprint);
                return string.Equals(fingerprint, pinned, StringComparison.OrdinalIgnoreCase);
            };
        }
    }

    /// <summary>The SHA-256 of a certificate, in hexadecimal.</summary>
    public static string FingerprintOf(X509Certificate certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private static LinkWelcome ReadWelcome(ClientWebSocket socket)
    {
        var welcome = LinkHandshake.ReadWelcome(name => Header(socket, name));
        socket.HttpResponseHeaders = null;
        return welcome ?? throw new WebSocketException("the server did not say which session this is");
    }

    private static string? Header(ClientWebSocket socket, string name) =>
        socket.HttpResponseHeaders?.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();

    private LinkConnectException Explain(ClientWebSocket socket, Exception exception, string? certificate)
    {
        if (certificate is not null && !string.Equals(certificate, options.PinnedFingerprint, StringComparison.OrdinalIgnoreCase))
        {
            return new LinkConnectException(
                $"its certificate has the fingerprint {certificate}, and {options.PinnedFingerprint} was trusted when this side joined");
        }

        var status = socket.HttpStatusCode;
        if (status != 0 && status != HttpStatusCode.SwitchingProtocols)
        {
            return LinkHandshake.Refusal((int)status, Header(socket, "Retry-After"), clock);
        }

        return LinkHandshake.Failure(exception);
    }
}
