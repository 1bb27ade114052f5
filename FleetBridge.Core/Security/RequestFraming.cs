using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace FleetBridge.Core.Security;

/// <summary>
/// Checks that it is unambiguous where a request ends. A gateway before the bridge could read an ambiguous one differently
/// from the server, and forward as a body what then runs as a request (RFC 9112, section 11.2). The server itself refuses most
/// of these; this covers what it accepts because the RFC allows it.
/// </summary>
internal static class RequestFraming
{
    /// <summary>Where the server puts a <c>Content-Length</c> that came with a <c>Transfer-Encoding</c>.</summary>
    private const string DisplacedLengthHeader = "X-Content-Length";

    /// <summary>Says what is doubtful about a request's length.</summary>
    /// <param name="request">The request; its headers only are looked at.</param>
    /// <returns>The doubt; null when there is none.</returns>
    public static string? FindDoubt(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        if (coding.Count == 0)
        {
            return null;
        }

        if (coding.Count > 1 || !string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase))
        {
            return $"The header '{HeaderNames.TransferEncoding}' may be 'chunked' once and nothing else.";
        }

        return request.Headers.ContentLength is not null || request.Headers.ContainsKey(DisplacedLengthHeader)
            ? $"The headers '{HeaderNames.ContentLength}' and '{HeaderNames.TransferEncoding}' exclude each other."
            : null;
    }
}
