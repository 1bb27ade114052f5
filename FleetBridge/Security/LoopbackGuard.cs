using FleetBridge.Hosting;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Security;

/// <summary>
/// Who may talk to the bridge: programs on this machine, and no web page of another site. A Host that is not this machine
/// means DNS rebinding; an Origin that is not, or a cross-site fetch, means a page that somebody is looking at.
/// </summary>
internal static class LoopbackGuard
{
    private const string FetchSiteHeader = "Sec-Fetch-Site";

    /// <summary>Says why a request is not let in.</summary>
    /// <param name="request">The request; its headers only are looked at.</param>
    /// <returns>The reason; null when it may pass.</returns>
    public static string? FindObjection(HttpRequest request)
    {
        var host = request.Host;
        if (!host.HasValue || !IsThisMachine(host.Host))
        {
            return $"The Host '{Unknown.Shorten(host.Value ?? "")}' is not this machine. Use localhost, 127.0.0.1 or [::1].";
        }

        foreach (var origin in request.Headers.Origin)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
                || !IsThisMachine(uri.Host))
            {
                return $"The Origin '{Unknown.Shorten(origin ?? "")}' is not this machine: web pages of other sites may not use the bridge.";
            }
        }

        return request.Headers[FetchSiteHeader].Any(site => string.Equals(site, "cross-site", StringComparison.OrdinalIgnoreCase))
            ? "A cross-site request of a web page may not use the bridge."
            : null;
    }

    private static bool IsThisMachine(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || host is "127.0.0.1" or "[::1]" or "::1";
}
