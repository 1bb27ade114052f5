using Microsoft.AspNetCore.Http;

namespace FleetBridge.Core.Security;

/// <summary>
/// Admits programs on this machine, and no web page of another site. A Host that is not this machine means DNS rebinding;
/// an Origin or a Referer that is not, or a cross-site fetch, means a page open in a browser.
/// </summary>
internal static class LoopbackGuard
{
    private const string FetchSiteHeader = "Sec-Fetch-Site";

    /// <summary>Says why a request is not let in.</summary>
    /// <param name="request">The request; its headers only are looked at.</param>
    /// <param name="anyHost">Whether the port listens for other machines too, which know this one by other names.</param>
    /// <returns>The reason; null when it may pass.</returns>
    public static string? FindObjection(HttpRequest request, bool anyHost = false)
    {
        var headers = request.Headers;
        if (!anyHost && (headers.Host.Count != 1 || !LoopbackNames.IsAuthority(headers.Host[0])))
        {
            return $"The Host '{ShortText.Of(headers.Host.ToString())}' is not this machine. Use localhost, 127.0.0.1 or [::1].";
        }

        foreach (var origin in headers.Origin)
        {
            if (!LoopbackNames.IsOrigin(origin))
            {
                return $"The Origin '{ShortText.Of(origin ?? "")}' is not this machine: web pages of other sites may not use the bridge.";
            }
        }

        // Browsers from before 2020 post a form without an Origin, but rarely without a Referer.
        foreach (var referer in headers.Referer)
        {
            if (!string.IsNullOrEmpty(referer) && !LoopbackNames.IsPage(referer))
            {
                return $"The Referer '{ShortText.Of(referer)}' is not this machine: web pages of other sites may not use the bridge.";
            }
        }

        foreach (var sites in headers[FetchSiteHeader])
        {
            if (IsCrossSite(sites))
            {
                return "A cross-site request of a web page may not use the bridge.";
            }
        }

        return null;
    }

    /// <summary>
    /// Fetch Metadata, section 2.3. "same-site" passes: it is another port of this machine, which its Origin has to confirm,
    /// and a program that serves such a page could call the bridge itself.
    /// </summary>
    private static bool IsCrossSite(string? sites)
    {
        foreach (var site in sites.AsSpan().Split(','))
        {
            if (sites.AsSpan()[site].Trim().Equals("cross-site", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
