using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Page;

/// <summary>A link that nobody has opened yet, or the session of a browser, as it is stored: neither has its secret in it.</summary>
/// <param name="Hash">The SHA-256 of the link's token or of the cookie.</param>
/// <param name="IsLink">Whether it is a link.</param>
/// <param name="Port">The port that it is for: cookies are not separated by port.</param>
/// <param name="Identity">Who the session belongs to.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record PageSession(string Hash, bool IsLink, int Port, Identity Identity, DateTimeOffset Expires)
{
    public JsonObject ToJson() => new()
    {
        ["sha256"] = Hash,
        ["link"] = IsLink,
        ["port"] = Port,
        ["user_id"] = Identity.UserId,
        ["username"] = Identity.Username,
        ["role"] = Identity.Role.NameOf(),
        ["token_id"] = Identity.TokenId,
        ["expires"] = Expires.ToString("O", CultureInfo.InvariantCulture),
    };

    /// <returns>Null for what is none.</returns>
    public static PageSession? Read(JsonNode? json) =>
        WireJson.Text(json, "sha256") is { Length: 64 } hash
        && WireJson.Text(json, "user_id") is { Length: > 0 } user
        && WireJson.Text(json, "username") is { } name
        && RoleNames.Read(WireJson.Text(json, "role")) is { } role
        && DateTimeOffset.TryParse(WireJson.Text(json, "expires"), CultureInfo.InvariantCulture, out var expires)
        && json is JsonObject members
        && members["port"] is JsonValue value && value.TryGetValue<int>(out var port)
        && members["link"] is JsonValue link && link.TryGetValue<bool>(out var isLink)
            ? new PageSession(
                hash, isLink, port, new Identity(user, name, role) { Expires = expires, TokenId = WireJson.Text(json, "token_id") }, expires)
            : null;
}
