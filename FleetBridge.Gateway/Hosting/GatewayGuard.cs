using FleetBridge.Core.Security;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Hosting;

/// <summary>
/// Admits programs, and pages of the gateway itself. It is stricter than the guard of the editor's ports: the Host has to be this
/// machine with this port, and an Origin exactly the page's own, since a browser opens a WebSocket to any machine for any page.
/// </summary>
/// <param name="port">The port.</param>
/// <param name="isPublic">Whether other machines reach it, by TLS, under names that its certificate has.</param>
/// <param name="isTls">Whether its connections are encrypted.</param>
internal sealed class GatewayGuard(int port, bool isPublic, bool isTls)
{
    private const string FetchSiteHeader = "Sec-Fetch-Site";

    private readonly HashSet<string> _hosts = new(
        [$"localhost:{port}", $"127.0.0.1:{port}", $"[::1]:{port}"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Says why a request is not let in.</summary>
    /// <param name="request">The request; its headers only are looked at.</param>
    /// <param name="isUpgrade">Whether it asks for a WebSocket.</param>
    /// <returns>The reason; null when it may pass.</returns>
    public string? FindObjection(HttpRequest request, bool isUpgrade)
    {
        var headers = request.Headers;
        if (headers.Host.Count != 1 || (!isPublic && !_hosts.Contains(headers.Host[0] ?? "")))
        {
            return $"The Host '{ShortText.Of(headers.Host.ToString())}' is not this gateway. Use localhost:{port}, 127.0.0.1:{port} or [::1]:{port}.";
        }

        var origins = headers.Origin;
        if (origins.Count > 1 || (origins.Count == 1 && !IsOwn(origins[0] ?? "", headers.Host[0]!)))
        {
            return $"The Origin '{ShortText.Of(origins.ToString())}' is not the gateway's own page: pages of other sites may not use it.";
        }

        if (headers[FetchSiteHeader] is { Count: > 0 } sites)
        {
            // A page is opened by its own links, or by somebody who types or clicks outside a page; everything else is of the page itself.
            var isPage = !isUpgrade && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
            if (sites.Count != 1 || !(sites[0] == "same-origin" || (sites[0] == "none" && isPage)))
            {
                return "A request of another site's page may not use the gateway.";
            }
        }

        return null;
    }

    /// <summary>The Host has been compared with ours, or is one that the certificate had to prove.</summary>
    private bool IsOwn(string origin, string host) =>
        string.Equals(origin, $"{(isTls ? "https" : "http")}://{host}", StringComparison.OrdinalIgnoreCase);
}
