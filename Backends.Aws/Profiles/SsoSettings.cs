namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>What a profile says about a login at IAM Identity Center, with the session that it names.</summary>
internal sealed class SsoSettings(ProfileStore store)
{
    private const string Session = "sso_session";

    // the first two say that the login is meant at all
    private static readonly string[] Required = ["sso_role_name", "sso_account_id", "sso_start_url", "sso_region"];

    /// <summary>The login; null when the profile names neither account nor role.</summary>
    /// <exception cref="BackendException">Something is missing, or said twice in different words.</exception>
    public CredentialSource.Sso? Find(AwsProfile profile)
    {
        if (!profile.Has(Required[0]) && !profile.Has(Required[1]))
        {
            return null;
        }

        var session = ProfileText.Of(profile, Session);
        var section = session is null ? null : SessionOf(profile, session);
        var missing = Required.Where(key => !profile.Has(key) && section?.Entries.ContainsKey(key) != true).ToList();
        return missing.Count == 0
            ? new()
            {
                Profile = profile.Name,
                Session = session,
                StartUrl = Value("sso_start_url"),
                Region = Value("sso_region"),
                Account = Value("sso_account_id"),
                RoleName = Value("sso_role_name"),
            }
            : throw ProfileText.Incomplete(store, profile, $"its SSO login lacks {string.Join(", ", missing)}");

        string Value(string key) => section?.Entries.GetValueOrDefault(key) is { } entry
            ? ProfileText.Visible(key, entry)
            : ProfileText.Of(profile, key)!;
    }

    private ConfigSection SessionOf(AwsProfile profile, string name)
    {
        if (store.FindSession(name) is not { } session)
        {
            throw ProfileText.Incomplete(
                store, profile, $"there is no [sso-session {ShellWords.Quote(name)}], which it names.{store.Hints("sso-session", name)}".TrimEnd('.'));
        }

        if (session.Problems.Count > 0)
        {
            throw new BackendException(
                $"The SSO session '{name}' of the AWS profile '{profile.Name}' cannot be used because of {string.Join("; ", session.Problems)}.",
                "Correct the line; the next request reads the file again.");
        }

        var different = session.Entries.FirstOrDefault(entry => profile.Value(entry.Key) is { } own && own != entry.Value.Value);
        return different.Key is null
            ? session
            : throw ProfileText.Incomplete(
                store,
                profile,
                $"{different.Key} is '{profile.Value(different.Key)}' in it and '{different.Value.Value}' in its SSO session ({different.Value.Place})");
    }
}
