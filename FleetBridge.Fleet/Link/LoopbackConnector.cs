using System.Net.Sockets;
using System.Net.WebSockets;
using FleetBridge.Core.Security;

namespace FleetBridge.Fleet.Link;

/// <summary>Connects to a plain port of this machine. The framework's client, with HTTP/2, TLS and OpenSSL, is not loaded for it: that is
/// some 10 MiB of a worker at rest.</summary>
/// <param name="options">Where to, and with which headers.</param>
/// <param name="clock">Reads the dates of <c>Retry-After</c>.</param>
internal sealed class LoopbackConnector(LinkOptions options, TimeProvider clock) : ILinkConnector
{
    private const int SwitchingProtocols = 101;

    public string Target => options.Uri.GetLeftPart(UriPartial.Path);

    public async Task<(WebSocket Socket, LinkWelcome Welcome)> ConnectAsync(LinkPosition position, CancellationToken cancellation)
    {
        var key = Convert.ToBase64String(Guid.NewGuid().ToByteArray());
        LoopbackExchange? exchange = null;
        try
        {
            exchange = await LoopbackExchange.SendAsync("GET", options.Uri, Headers(position, key), default, cancellation)
                .ConfigureAwait(false);
            var welcome = ReadWelcome(exchange, key);
            var (connection, read) = exchange.Upgrade();
            return (new LoopbackWebSocket(connection, read, LinkHeaders.Protocol), welcome);
        }
        catch (Exception exception)
        {
            exchange?.Dispose();
            if (exception is SocketException or IOException)
            {
                throw LinkHandshake.Failure(exception);
            }

            throw;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> Headers(LinkPosition position, string key) =>
    [
        new("Connection", "Upgrade"),
        new("Upgrade", "websocket"),
        new("Sec-WebSocket-Version", "13"),
        new("Sec-WebSocket-Key", key),
        new("Sec-WebSocket-Protocol", LinkHeaders.Protocol),
        .. LinkHandshake.HeadersOf(options, position),
    ];

    private LinkWelcome ReadWelcome(LoopbackExchange response, string key)
    {
        if (response.Status != SwitchingProtocols)
        {
            throw LinkHandshake.Refusal(response.Status, response.Find("Retry-After"), clock);
        }

        if (!Is("Upgrade", "websocket") || !Is("Connection", "Upgrade")
            || response.Find("Sec-WebSocket-Accept") != LinkHandshake.AcceptOf(key)
            || response.Find("Sec-WebSocket-Protocol") != LinkHeaders.Protocol || response.Find("Sec-WebSocket-Extensions") is not null)
        {
            throw new LinkConnectException($"its response is no WebSocket handshake of the protocol {LinkHeaders.Protocol}");
        }

        return LinkHandshake.ReadWelcome(response.Find) ?? throw new LinkConnectException("the server did not say which session this is");

        bool Is(string header, string value) => string.Equals(response.Find(header), value, StringComparison.OrdinalIgnoreCase);
    }
}
