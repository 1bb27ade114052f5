using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Core.Security;

/// <summary>
/// Which web pages of this machine may read the log. A WebSocket is open to every page that reaches it, answers included, so that
/// being of this machine is not enough: a development server often runs somebody else's script.
/// </summary>
/// <param name="allowed">Origins that the user has named, as <see cref="TryRead"/> has read them.</param>
internal sealed class LogOrigins(IReadOnlyCollection<string> allowed)
{
    /// <summary>What the engine sends with its upgrade (measured): without a port, whatever port it connects to.</summary>
    public const string Engine = "http://localhost";

    /// <summary>The engine, and programs, which send no Origin.</summary>
    public static readonly LogOrigins EngineOnly = new([]);

    /// <summary>Reads an origin that a user has named.</summary>
    /// <param name="text">Such as <c>http://localhost:3000</c>; a slash at its end, or the scheme's own port, makes no difference.</param>
    /// <param name="origin">The origin as a browser sends it; null if it is not of this machine.</param>
    /// <returns>Whether it is of this machine.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? origin)
    {
        origin = text.Trim().TrimEnd('/').ToLowerInvariant();
        var ownPort = origin.StartsWith("https:", StringComparison.Ordinal) ? ":443" : ":80";
        origin = origin.EndsWith(ownPort, StringComparison.Ordinal) ? origin[..^ownPort.Length] : origin;
        origin = LoopbackNames.IsOrigin(origin) ? origin : null;
        return origin is not null;
    }

    /// <summary>Says why an upgrade is not let in.</summary>
    /// <param name="request">The request, which <see cref="LoopbackGuard"/> has let pass.</param>
    /// <returns>The reason; null when it may pass.</returns>
    public string? FindObjection(HttpRequest request)
    {
        foreach (var origin in request.Headers.Origin)
        {
            if (!string.Equals(origin, Engine, StringComparison.OrdinalIgnoreCase)
                && !allowed.Contains(origin ?? "", StringComparer.OrdinalIgnoreCase))
            {
                return $"The Origin '{ShortText.Of(origin ?? "")}' may not read the log: only the editor, and programs, may. "
                    + "If it is a page of yours, name it: fleetbridge serve --allow-origin <origin>.";
            }
        }

        return null;
    }
}
