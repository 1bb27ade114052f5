using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>What <c>aws sso login</c> has stored.</summary>
/// <param name="Members">The members of its file, of which FleetBridge keeps those that it does not know.</param>
internal sealed partial record SsoToken(JsonObject Members)
{
    /// <summary>The token itself.</summary>
    public string? AccessToken => Text("accessToken");

    /// <summary>What renews it; null for a login without a session.</summary>
    public string? RefreshToken => Text("refreshToken");

    /// <summary>The client that was registered for the login.</summary>
    public string? ClientId => Text("clientId");

    /// <summary>That client's secret.</summary>
    public string? ClientSecret => Text("clientSecret");

    /// <summary>The end of the token; null when nobody can read it, and the portal has to say.</summary>
    public DateTimeOffset? Expires => Time(Text("expiresAt"));

    /// <summary>The end of the registration.</summary>
    public DateTimeOffset? RegistrationExpires => Time(Text("registrationExpiresAt"));

    /// <summary>Reads a time as the command-line programs of all years have written it: with <c>Z</c>, <c>UTC</c> or an offset, with
    /// fractions or without.</summary>
    public static DateTimeOffset? Time(string? text)
    {
        if (text is null || Timestamp().Match(text.Trim()) is not { Success: true } match)
        {
            return null;
        }

        var zone = match.Groups["zone"].Value;
        var offset = zone.Length == 0 || char.IsAsciiLetter(zone[0])
            ? "+00:00"
            : $"{zone[..3]}:{(zone.Length > 3 ? zone[^2..] : "00")}";
        return DateTimeOffset.TryParseExact(
            $"{match.Groups["date"].Value}T{match.Groups["time"].Value}{offset}",
            "yyyy-MM-dd'T'HH:mm:sszzz",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time) ? time : null;
    }

    /// <summary>Only the name: the generated text would contain the token.</summary>
    public override string ToString() => nameof(SsoToken);

    private string? Text(string member) => Members[member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    [GeneratedRegex(
        @"^(?<date>\d{4}-\d\d-\d\d)[Tt ](?<time>\d\d:\d\d:\d\d)([.,]\d+)?\s*(?<zone>Z|UTC|GMT|[+-]\d\d(:?\d\d)?)?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Timestamp();
}
