using System.Globalization;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>A profile: its section of the config file with that of the credentials file, whose settings go before.</summary>
/// <param name="Name">The profile's name.</param>
/// <param name="Config">Its section of the config file; null when there is none.</param>
/// <param name="Credentials">Its section of the credentials file; null when there is none.</param>
internal sealed record AwsProfile(string Name, ConfigSection? Config, ConfigSection? Credentials)
{
    // the words that botocore accepts; any other ends its client
    private static readonly Dictionary<string, string[]> Words = new()
    {
        ["retry_mode"] = ["legacy", "standard", "adaptive"],
        ["defaults_mode"] = ["legacy", "standard", "in-region", "cross-region", "mobile", "auto"],
        ["sts_regional_endpoints"] = ["legacy", "regional"],
        ["ec2_metadata_service_endpoint_mode"] = ["ipv4", "ipv6"],
    };

    private static readonly Dictionary<string, int> Numbers = new()
    {
        ["max_attempts"] = 1,
        ["metadata_service_timeout"] = int.MinValue,
        ["metadata_service_num_attempts"] = int.MinValue,
    };

    private static readonly string[] AnyCase = ["defaults_mode", "ec2_metadata_service_endpoint_mode"];

    private static readonly string[] Switches =
        ["use_fips_endpoint", "use_dualstack_endpoint", "ignore_configured_endpoint_urls"];

    /// <summary>A setting; null when the profile does not have it.</summary>
    public ConfigEntry? Find(string key) => Credentials?.Entries.GetValueOrDefault(key) ?? Config?.Entries.GetValueOrDefault(key);

    /// <summary>A setting's value; null when the profile does not have it.</summary>
    public string? Value(string key) => Find(key)?.Value;

    /// <summary>Whether the profile has a setting, be it empty.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>What makes the profile unusable: lines that cannot be read, numbers and words that mean nothing.</summary>
    public IEnumerable<ConfigProblem> Problems => new[] { Config, Credentials }.OfType<ConfigSection>()
        .SelectMany(section => section.Problems)
        .Concat(Numbers.Select(number => NumberProblem(number.Key, number.Value)).OfType<ConfigProblem>())
        .Concat(Words.Select(words => WordProblem(words.Key, words.Value)).OfType<ConfigProblem>());

    /// <summary>What AWS's programs pass over, and what the user surely meant to say.</summary>
    public IEnumerable<ConfigProblem> Oddities
    {
        get
        {
            foreach (var key in Switches)
            {
                if (Find(key) is { } entry && !entry.Value.Equals("true", StringComparison.OrdinalIgnoreCase)
                    && !entry.Value.Equals("false", StringComparison.OrdinalIgnoreCase))
                {
                    yield return new(entry.Place, $"{key} is '{entry.Value}', which counts as false; write true or false");
                }
            }

            if (Find("duration_seconds") is { } duration && Integer(duration.Value) is null)
            {
                yield return new(duration.Place, $"duration_seconds is '{duration.Value}', which is no number; AWS's default is used");
            }
        }
    }

    /// <summary>A number as Python's <c>int</c> reads it; null when it is none.</summary>
    public static int? Integer(string value) =>
        int.TryParse(value.Replace("_", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private ConfigProblem? NumberProblem(string key, int least) => Find(key) switch
    {
        { } entry when Integer(entry.Value) is not { } number => new(entry.Place, $"{key} is '{entry.Value}', which is no whole number"),
        { } entry when Integer(entry.Value) < least => new(entry.Place, $"{key} is {entry.Value}, and must be at least {least}"),
        _ => null,
    };

    private ConfigProblem? WordProblem(string key, string[] words) =>
        Find(key) is { } entry
        && !words.Contains(entry.Value, AnyCase.Contains(key) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
            ? new(entry.Place, $"{key} is '{entry.Value}', which is not one of {string.Join(", ", words)}")
            : null;
}
