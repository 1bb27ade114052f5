using Microsoft.AspNetCore.Http;

namespace FleetBridge.Gateway.Page;

/// <summary>
/// What every response to a browser carries. The page loads nothing from elsewhere, runs no script that is not a file of ours, makes
/// no markup of texts, and is in nobody's frame.
/// </summary>
internal static class PageHeaders
{
    /// <summary>The policy; connect-src 'self' is the WebSocket of this port too.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types fleetbridge";

    private const string NotStored = "no-store";
    private const string KeptForEver = "public, max-age=31536000, immutable";

    /// <summary>Sets them.</summary>
    /// <param name="response">The response, which has not started.</param>
    /// <param name="isImmutable">Whether the address has the content's hash in it.</param>
    public static void Set(HttpResponse response, bool isImmutable = false)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
        headers.CacheControl = isImmutable ? KeptForEver : NotStored;
    }
}
