namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The files of AWS's first tools, in which botocore still looks last: those of the EC2 tools and of boto 2.</summary>
internal sealed class LegacyKeys(AwsEnvironment environment)
{
    private const string Section = "Credentials";

    /// <summary>The keys, and words for their file; null when there are none.</summary>
    public (CredentialSource.Keys Keys, string Label)? Find() => OfEc2Tools() ?? OfBoto();

    private (CredentialSource.Keys Keys, string Label)? OfEc2Tools()
    {
        if (environment.Find("AWS_CREDENTIAL_FILE") is not { } file
            || ConfigFile.Open(environment.Expand(file)) is not { } bytes)
        {
            return null;
        }

        var values = System.Text.Encoding.UTF8.GetString(bytes).Split('\n').Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2).GroupBy(pair => pair[0].Trim()).ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1].Trim());
        return values.TryGetValue("AWSAccessKeyId", out var id) && values.TryGetValue("AWSSecretKey", out var secret)
            ? (new(id, secret, null), $"{file} (AWS_CREDENTIAL_FILE)")
            : null;
    }

    private (CredentialSource.Keys Keys, string Label)? OfBoto()
    {
        string[] files = environment.Find("BOTO_CONFIG") is { } own ? [own] : ["/etc/boto.cfg", "~/.boto"];
        foreach (var file in files.Select(environment.Expand))
        {
            var section = ConfigFile.Read(file).Sections.FirstOrDefault(section => section.Name == Section);
            if (section?.Entries.GetValueOrDefault(ProfileKeys.Id)?.Value is { Length: > 0 } id
                && section.Entries.GetValueOrDefault(ProfileKeys.Secret)?.Value is { Length: > 0 } secret)
            {
                return (new(id, secret, null), file);
            }
        }

        return null;
    }
}
