namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>An address in the place of AWS's own.</summary>
/// <param name="Address">The address.</param>
/// <param name="Origin">Where it is written: a variable, or a profile's line.</param>
/// <param name="IsVariable">Whether it is a variable.</param>
internal sealed record ConfiguredEndpoint(Uri Address, string Origin, bool IsVariable)
{
    private const string Variable = "AWS_ENDPOINT_URL";
    private const string Key = "endpoint_url";

    /// <summary>The address of a service ("Service-specific endpoints" in the AWS SDKs and Tools Reference Guide).</summary>
    /// <param name="serviceId">The service's id, such as <c>Cognito Identity Provider</c>.</param>
    /// <param name="environment">The variables.</param>
    /// <param name="store">The profiles.</param>
    /// <param name="profile">The request's profile; null when there is none.</param>
    /// <returns>The address; null when AWS's own counts.</returns>
    /// <exception cref="BackendException">What is written is no address.</exception>
    public static ConfiguredEndpoint? Find(string serviceId, AwsEnvironment environment, ProfileStore store, AwsProfile? profile)
    {
        if (IsTrue(environment.Find("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ?? profile?.Value("ignore_configured_endpoint_urls")))
        {
            return null;
        }

        var service = serviceId.Replace(' ', '_');
        foreach (var variable in new[] { $"{Variable}_{service.ToUpperInvariant()}", Variable })
        {
            if (environment.Find(variable) is { } value)
            {
                return new(
                    Parse(value, $"The variable {variable}", $"Set it to {Suggestion(value)} or unset it, and restart the bridge and the editor."),
                    variable,
                    true);
            }
        }

        var (text, place) = OfServices(service.ToLowerInvariant(), store, profile) ?? OfProfile(profile) ?? default;
        return text is { Length: > 0 }
            ? new(
                Parse(text, $"{place}: {Key}", $"Write {Key} = {Suggestion(text)} or remove the line; the next request reads the file again."),
                $"{Key} of the AWS profile '{profile!.Name}'",
                false)
            : null;
    }

    /// <summary>Whether a switch is on, as botocore reads it.</summary>
    public static bool IsTrue(string? value) => string.Equals(value, "true", StringComparison.OrdinalIgnoreCase);

    private static (string Text, ConfigPlace Place)? OfServices(string service, ProfileStore store, AwsProfile? profile) =>
        profile?.Value("services") is { } name
        && store.FindServices(name)?.Entries.GetValueOrDefault(service) is { } entry
        && entry.Group.GetValueOrDefault(Key) is { } text
            ? (text, entry.Place)
            : null;

    private static (string Text, ConfigPlace Place)? OfProfile(AwsProfile? profile) =>
        profile?.Find(Key) is { } entry ? (ProfileText.Visible(Key, entry), entry.Place) : null;

    private static Uri Parse(string value, string what, string remedy)
    {
        var text = value.Trim();
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
        {
            return address;
        }

        var why = !text.Contains("://", StringComparison.Ordinal) ? "its beginning is missing (http:// or https://)"
            : text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
                ? "there is no valid host in it"
                : "it begins with neither http:// nor https://";
        throw new BackendException($"{what} is '{Shown(text)}', which is not the address of a service: {why}.", remedy);
    }

    private static string Suggestion(string value)
    {
        var rest = value.Trim();
        rest = rest.Contains("://", StringComparison.Ordinal) ? rest[(rest.IndexOf("://", StringComparison.Ordinal) + 3)..] : rest.TrimStart('/');
        return rest.Length > 0 && Uri.TryCreate($"http://{rest}", UriKind.Absolute, out var guess) && guess.UserInfo.Length == 0
            ? guess.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped)
            : "an address such as http://localhost:4566";
    }

    /// <summary>Without a name and a password.</summary>
    private static string Shown(string text) => text.LastIndexOf('@') is >= 0 and var at ? $"…{text[at..]}" : text;
}
