namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>What a search for credentials has found.</summary>
/// <param name="Source">The source; its calls are made when the credentials are used.</param>
/// <param name="Profile">The profile that counts for region and addresses; null when there is none.</param>
/// <param name="Label">The name of the profile that the credentials are from, or words for the other source.</param>
/// <param name="IsFromProfile">Whether they are a profile's.</param>
internal sealed record FoundCredentials(CredentialSource Source, AwsProfile? Profile, string Label, bool IsFromProfile);

/// <summary>
/// Looks for credentials in botocore's order. Only its last provider is missing, the EC2 metadata service
/// (docs/decisions/0016-credentials.md).
/// </summary>
/// <param name="environment">The variables.</param>
/// <param name="store">The profiles.</param>
internal sealed class CredentialSearch(AwsEnvironment environment, ProfileStore store)
{
    private readonly ProfileKeys _keys = new(store);

    /// <summary>The profile that a request without a name uses; null when no variable names one.</summary>
    public static string? NamedByVariable(AwsEnvironment environment) =>
        environment.Find("AWS_DEFAULT_PROFILE") ?? environment.Find("AWS_PROFILE");

    /// <summary>The profile of a request.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="store">The profiles.</param>
    /// <param name="requested">The profile that the request names; null when it names none.</param>
    /// <returns>The profile; null when none is named and there is no default one.</returns>
    /// <exception cref="BackendException">There is no profile of that name, or it cannot be read.</exception>
    public static AwsProfile? ProfileOf(AwsEnvironment environment, ProfileStore store, string? requested) =>
        (requested ?? NamedByVariable(environment)) is { } name ? store.Get(name)
        : store.Find(ProfileStore.DefaultProfile) is null ? null
        : store.Get(ProfileStore.DefaultProfile);

    /// <summary>Looks for credentials.</summary>
    /// <param name="requested">The profile that the request names; null when it names none. Only then the environment counts.</param>
    /// <exception cref="BackendException">There are none, or what describes them is incomplete.</exception>
    public FoundCredentials Find(string? requested)
    {
        var profile = ProfileOf(environment, store, requested);
        if (requested is null && EnvironmentKeys.Find(environment) is { } own)
        {
            return new(own, profile, $"the environment ({EnvironmentKeys.IdVariable})", false);
        }

        if (profile is not null && IsRole(profile))
        {
            return new(Role(profile, [profile.Name]), profile, profile.Name, true);
        }

        if (requested is null && WebIdentityOfEnvironment(profile) is { } identity)
        {
            return new(identity, profile, "the environment (AWS_WEB_IDENTITY_TOKEN_FILE)", false);
        }

        if (profile is not null && OfProfile(profile) is { } source)
        {
            return new(source, profile, profile.Name, true);
        }

        if (new LegacyKeys(environment).Find() is var (keys, place))
        {
            return new(keys, profile, place, false);
        }

        return Container() is { } container
            ? new(container, profile, "the container (AWS_CONTAINER_CREDENTIALS_…)", false)
            : throw None(profile);
    }

    // a profile with a token in a file is no role with a source
    private static bool IsRole(AwsProfile profile) => profile.Has("role_arn") && !profile.Has("web_identity_token_file");

    // one half of the keys is enough to be meant
    private static bool HasKeys(AwsProfile profile) => profile.Has(ProfileKeys.Id) || profile.Has(ProfileKeys.Secret);

    /// <summary>The first source that a profile itself describes, roles aside.</summary>
    private CredentialSource? OfProfile(AwsProfile profile) =>
        WebIdentity(profile)
        ?? new SsoSettings(store).Find(profile)
        ?? _keys.Find(profile, profile.Credentials)
        ?? (CredentialSource?)Command(profile)
        ?? _keys.Find(profile, profile.Config);

    private CredentialSource.Role Role(AwsProfile profile, List<string> visited)
    {
        if (ProfileText.Of(profile, "mfa_serial") is { } device)
        {
            throw new BackendException(
                $"The AWS profile '{profile.Name}' requires an MFA code from {device}, and FleetBridge cannot ask for one.",
                "Use a profile that has a session already: of 'aws sso login', or with keys of 'aws sts get-session-token'.");
        }

        var (source, kind) = (ProfileText.Of(profile, "source_profile"), ProfileText.Of(profile, "credential_source"));
        CredentialSource inner = (source, kind) switch
        {
            ({ }, { }) => throw ProfileText.Incomplete(store, profile, "it has both source_profile and credential_source, and only one can count"),
            (null, null) => throw ProfileText.Incomplete(store, profile, "role_arn needs a source_profile or a credential_source"),
            (null, { }) => OfKind(profile, kind),
            _ => OfSource(profile, source, visited),
        };
        return new()
        {
            Arn = ProfileText.Of(profile, "role_arn")!,
            Source = inner,
            SessionName = ProfileText.Of(profile, "role_session_name"),
            ExternalId = ProfileText.Of(profile, "external_id"),
            Seconds = profile.Value("duration_seconds") is { } seconds ? AwsProfile.Integer(seconds) : null,
            Region = profile.Value("region"),
        };
    }

    private CredentialSource OfSource(AwsProfile parent, string name, List<string> visited)
    {
        var profile = store.Get(name, $" (the source_profile of '{parent.Name}')");
        if (visited.Contains(name) && (name != parent.Name || !HasKeys(profile)))
        {
            throw ProfileText.Incomplete(
                store,
                parent,
                $"its source_profile refers back to '{name}', so that the profiles turn in a circle: {string.Join(" → ", visited)} → {name}");
        }

        visited.Add(name);
        return IsRole(profile) && !HasKeys(profile)
            ? Role(profile, visited)
            : OfProfile(profile) ?? throw ProfileText.Incomplete(
                store, profile, $"it has no credentials, and is the source_profile of '{parent.Name}'");
    }

    // the three values of "credential_source" in the AWS SDKs and Tools Reference Guide
    private CredentialSource OfKind(AwsProfile profile, string kind) => kind switch
    {
        "Environment" => EnvironmentKeys.Find(environment) ?? throw ProfileText.Incomplete(
            store, profile, $"its credential_source is Environment, and {EnvironmentKeys.IdVariable} is not set"),
        "EcsContainer" => Container() ?? throw ProfileText.Incomplete(
            store, profile, "its credential_source is EcsContainer, and no AWS_CONTAINER_CREDENTIALS_… variable is set"),
        "Ec2InstanceMetadata" => throw new BackendException(
            $"The AWS profile '{profile.Name}' uses the EC2 metadata service, which FleetBridge does not support.",
            ProfileText.Alternatives),
        _ => throw ProfileText.Incomplete(
            store, profile, $"its credential_source '{kind}' is not one of Environment and EcsContainer"),
    };

    private CredentialSource.Container? Container() =>
        environment.Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is not null
        || environment.Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not null
            ? new()
            : null;

    private CredentialSource.WebIdentity? WebIdentity(AwsProfile profile) =>
        ProfileText.Of(profile, "web_identity_token_file") is { Length: > 0 } file
            ? new(
                ProfileText.Of(profile, "role_arn") is { Length: > 0 } role
                    ? role
                    : throw ProfileText.Incomplete(store, profile, "web_identity_token_file needs a role_arn"),
                file,
                ProfileText.Of(profile, "role_session_name"),
                profile.Value("region"))
            : null;

    /// <summary>Each variable goes before the profile's setting of its kind; null when none is set or there is no token's file.</summary>
    private CredentialSource.WebIdentity? WebIdentityOfEnvironment(AwsProfile? profile)
    {
        var (file, role, session) =
            (environment.Find("AWS_WEB_IDENTITY_TOKEN_FILE"), environment.Variable("AWS_ROLE_ARN"), environment.Find("AWS_ROLE_SESSION_NAME"));
        if ((file ?? role ?? session) is null || (file ?? profile?.Value("web_identity_token_file")) is not { Length: > 0 } tokenFile)
        {
            return null;
        }

        return (role ?? profile?.Value("role_arn")) is { Length: > 0 } arn
            ? new(arn, tokenFile, session ?? profile?.Value("role_session_name"), profile?.Value("region"))
            : (file ?? role) is null ? null // what the profile lacks is said where the profile is read
            : throw new BackendException(
                "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not.",
                "Set both, and restart the bridge and the editor.");
    }

    private static CredentialSource.Command? Command(AwsProfile profile) =>
        ProfileText.Of(profile, "credential_process") is { } line ? new(profile.Name, line) : null;

    private BackendException None(AwsProfile? profile)
    {
        // without a default profile either, there is nothing to complete
        var existing = profile ?? store.Get(ProfileStore.DefaultProfile);
        return existing switch
        {
            _ when existing.Has("login_session") => new(
                $"The AWS profile '{existing.Name}' uses 'aws login', which FleetBridge does not support yet.", ProfileText.Alternatives),
            _ when existing.Has("sso_session") || existing.Has("sso_start_url") => ProfileText.Incomplete(
                store, existing, "sso_account_id and sso_role_name are missing"),
            _ when existing.Has(ProfileKeys.Secret) => ProfileText.Incomplete(store, existing, $"{ProfileKeys.Id} is missing"),
            _ => ProfileText.Incomplete(store, existing, "it has no keys, no role_arn, no credential_process and no SSO login"),
        };
    }
}
