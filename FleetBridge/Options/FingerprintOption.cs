using System.CommandLine;

namespace FleetBridge.Options;

/// <summary>The option by which a command trusts a gateway's certificate that no authority has signed.</summary>
internal static class FingerprintOption
{
    public static Option<string?> Create() => new("--fingerprint")
    {
        Description = $"The SHA-256 fingerprint of the gateway's certificate, as the gateway shows it. [{EnvironmentVariables.Fingerprint}]",
        HelpName = "hex",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Count(char.IsAsciiHexDigit) != 64)
            {
                result.AddError("--fingerprint has 64 hexadecimal digits.");
            }

            return text;
        },
        DefaultValueFactory = _ => EnvironmentVariables.Find(EnvironmentVariables.Fingerprint),
    };
}
