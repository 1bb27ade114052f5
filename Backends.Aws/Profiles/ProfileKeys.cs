namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The keys that a section of one of the files has, whatever else it says.</summary>
internal sealed class ProfileKeys(ProfileStore store)
{
    /// <summary>The access key's id.</summary>
    public const string Id = "aws_access_key_id";

    /// <summary>The secret key.</summary>
    public const string Secret = "aws_secret_access_key";

    // the first one that is there counts; the older name is the first, as in botocore
    private static readonly string[] Tokens = ["aws_security_token", "aws_session_token"];

    /// <summary>The keys of a profile in one file; null when there is no id.</summary>
    /// <exception cref="BackendException">There is only one half, or something in it that belongs to no key.</exception>
    public CredentialSource.Keys? Find(AwsProfile profile, ConfigSection? section)
    {
        if (section?.Entries.GetValueOrDefault(Id) is not { } id)
        {
            return null;
        }

        var secret = section.Entries.GetValueOrDefault(Secret)
            ?? throw ProfileText.Incomplete(store, profile with { Config = section }, $"{Secret} is missing beside {Id}");
        var token = Tokens.FirstOrDefault(section.Entries.ContainsKey);
        return new(
            Key(Id, id), Key(Secret, secret), token is not null && section.Entries[token].Value.Length > 0 ? Key(token, section.Entries[token]) : null);
    }

    private static string Key(string name, ConfigEntry entry)
    {
        var value = ProfileText.Visible(name, entry);
        return value.Length == 0 ? throw ProfileText.Bad(entry.Place, $"{name} is empty", "Write the key behind the '='")
            : InvisibleText.FindInKey(value) is { } invisible ? throw ProfileText.Bad(
                entry.Place, $"{name} {invisible}, which belongs to no key", "Write the key again, without comments behind it")
            : value;
    }
}
