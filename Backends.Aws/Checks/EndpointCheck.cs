using System.Collections;
using FleetBridge.Backends.Aws.Account;

namespace FleetBridge.Backends.Aws.Checks;

/// <summary>Do requests for AWS go to AWS? Variables and profiles can lead them elsewhere, which is seldom remembered.</summary>
internal static class EndpointCheck
{
    // "Service-specific endpoints" in the AWS SDKs and Tools Reference Guide
    private const string Variable = "AWS_ENDPOINT_URL";
    private const string IgnoreVariable = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

    /// <summary>Looks.</summary>
    /// <param name="set">The clients; null when there are no credentials.</param>
    public static CheckResult Run(ClientSet? set)
    {
        if (string.Equals(Environment.GetEnvironmentVariable(IgnoreVariable), "true", StringComparison.OrdinalIgnoreCase))
        {
            return Straight();
        }

        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: entry.Value as string))
            .Where(entry => (entry.Name == Variable || entry.Name.StartsWith($"{Variable}_", StringComparison.Ordinal)) && entry.Value is { Length: > 0 })
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => $"{entry.Name} ({Place(entry.Value!)})")
            .ToList();
        if (variables.Count > 0)
        {
            return Astray(string.Join(", ", variables), "Unset it, and start the bridge (and the editor) again, unless that is meant.");
        }

        return set is { HasOwnEndpoint: true, GameLift.Config.ServiceURL: var address }
            ? Astray($"endpoint_url of the AWS profile '{set.Source}' ({Place(address)})", "Remove it from the profile, unless that is meant.")
            : Straight();
    }

    private static CheckResult Straight() => new(CheckStatus.Ok, "Requests go to AWS's own addresses.");

    private static CheckResult Astray(string what, string remedy) =>
        new(CheckStatus.Warning, $"Requests for AWS go elsewhere, because of {what}.", remedy);

    /// <summary>Scheme, host and port: what else such an address holds may be a password.</summary>
    private static string Place(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.Unescaped) : "no address";
}
