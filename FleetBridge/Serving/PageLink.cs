using System.Globalization;

namespace FleetBridge.Serving;

/// <summary>The link of the gateway's page, which opens it once.</summary>
internal static class PageLink
{
    /// <summary>
    /// A token that nobody can guess: two random GUIDs have 244 random bits of the system's own generator. The framework's generator for
    /// secrets would load OpenSSL, and the editor waits for the announcement.
    /// </summary>
    public static string NewToken() => $"{Guid.NewGuid():N}{Guid.NewGuid():N}";

    /// <summary>The address of a link.</summary>
    /// <param name="port">The gateway's port.</param>
    /// <param name="token">The link's token.</param>
    /// <param name="isTls">Whether the gateway's connections are encrypted.</param>
    public static string AddressOf(int port, string token, bool isTls = false) =>
        string.Create(CultureInfo.InvariantCulture, $"{(isTls ? "https" : "http")}://localhost:{port}/login?t={token}");
}
