using System.Collections;
using FleetBridge.Backends.Aws.Account;
using FleetBridge.Backends.Aws.Profiles;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>Checks that requests go to AWS: variables and profiles can send them elsewhere, which is easily forgotten.</summary>
internal static class EndpointCheck
{
    // "Service-specific endpoints" in the AWS SDKs and Tools Reference Guide
    private const string Variable = "AWS_ENDPOINT_URL";
    private const string IgnoreVariable = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

    private static readonly string[] Services =
        ["GameLift", "Lambda", "Cognito Identity Provider", "API Gateway", "IAM", "STS", "S3", "SSO", "SSO OIDC"];

    /// <summary>Checks the variables first, as the SDK does.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    /// <exception cref="BackendException">What is configured for a service is no address.</exception>
    public static CheckResult Run(ClientSet? set)
    {
        if (string.Equals(Environment.GetEnvironmentVariable(IgnoreVariable), "true", StringComparison.OrdinalIgnoreCase))
        {
            return ToAws();
        }

        var settings = set?.Settings ?? ClientSettings.OfEnvironment;
        var configured = Services.Select(settings.Endpoint).OfType<ConfiguredEndpoint>().ToList();
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: entry.Value as string))
            .Where(entry => (entry.Name == Variable || entry.Name.StartsWith($"{Variable}_", StringComparison.Ordinal)) && entry.Value is { Length: > 0 })
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => $"{entry.Name} ({Origin(entry.Value!)})")
            .ToList();
        if (variables.Count > 0)
        {
            return Elsewhere(string.Join(", ", variables), "Unset it and restart the bridge and the editor, unless it is intended.");
        }

        return configured.Count > 0
            ? Elsewhere(
                string.Join(", ", configured.Select(endpoint => $"{endpoint.Origin} ({Origin(endpoint.Address.AbsoluteUri)})").Distinct()),
                "Remove it from the profile, unless it is intended.")
            : ToAws();
    }

    private static CheckResult ToAws() => new(CheckStatus.Ok, "Requests go to AWS.");

    private static CheckResult Elsewhere(string what, string remedy) =>
        new(CheckStatus.Warning, $"Requests do not go to AWS but elsewhere, because of {what}.", remedy);

    /// <summary>Scheme, host and port: the rest of an address may contain a password.</summary>
    private static string Origin(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped) : "no address";
}
