using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;

namespace FleetBridge.Gateway.Rights;

/// <summary>A token that was made on this machine, as it is stored: the token itself is not.</summary>
/// <param name="Id">Its id, by which it is revoked.</param>
/// <param name="Name">Whose it is.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Hash">The SHA-256 of the token, in hexadecimal: a random token of 256 bits needs no slow hash.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends; null for never.</param>
/// <param name="Holder">The process that it is for; null for one that a person has made.</param>
internal sealed record LocalToken(string Id, string Name, Role Role, string Hash, DateTimeOffset Created, DateTimeOffset? Expires, LocalTokenHolder? Holder = null)
{
    public JsonObject ToJson(bool withHash)
    {
        var json = new JsonObject
        {
            ["id"] = Id,
            ["name"] = Name,
            ["role"] = Role.NameOf(),
            ["created"] = Created.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["expires"] = Expires?.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        };
        if (withHash)
        {
            json["sha256"] = Hash;
            if (Holder is not null)
            {
                json["holder"] = Holder.ToJson();
            }
        }

        return json;
    }

    /// <returns>Null for what is no token.</returns>
    public static LocalToken? Read(JsonNode? json) =>
        WireJson.Text(json, "id") is { Length: > 0 } id
        && WireJson.Text(json, "name") is { } name
        && RoleNames.Read(WireJson.Text(json, "role")) is { } role
        && WireJson.Text(json, "sha256") is { Length: 64 } hash
        && Time(WireJson.Text(json, "created")) is { } created
            ? WireJson.Text(json, "expires") is not { } expires ? new LocalToken(id, name, role, hash, created, null, Of(json))
                : Time(expires) is { } end ? new LocalToken(id, name, role, hash, created, end, Of(json)) : null
            : null;

    private static LocalTokenHolder? Of(JsonNode? json) => LocalTokenHolder.Read(json!["holder"]);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : null;
}
