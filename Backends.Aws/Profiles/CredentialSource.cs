namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>Where credentials come from, as files and variables describe it: found without a call.</summary>
internal abstract class CredentialSource
{
    /// <summary>Keys as they are written.</summary>
    /// <param name="id">The access key's id.</param>
    /// <param name="secret">The secret key.</param>
    /// <param name="token">The session token; null when there is none.</param>
    public sealed class Keys(string id, string secret, string? token) : CredentialSource
    {
        public string Id => id;

        public string Secret => secret;

        public string? Token => token;
    }

    /// <summary>A role that another source may assume.</summary>
    public sealed class Role : CredentialSource
    {
        public required string Arn { get; init; }

        public required CredentialSource Source { get; init; }

        public string? SessionName { get; init; }

        public string? ExternalId { get; init; }

        public int? Seconds { get; init; }

        /// <summary>The profile's own region; null when it has none.</summary>
        public string? Region { get; init; }
    }

    /// <summary>A role for a token in a file.</summary>
    public sealed class WebIdentity(string arn, string tokenFile, string? sessionName, string? region) : CredentialSource
    {
        public string Arn => arn;

        public string TokenFile => tokenFile;

        public string? SessionName => sessionName;

        /// <summary>The profile's own region; null when it has none.</summary>
        public string? Region => region;
    }

    /// <summary>A role for a login at IAM Identity Center.</summary>
    public sealed class Sso : CredentialSource
    {
        public required string Profile { get; init; }

        /// <summary>The session's name; null where the profile itself says where to log in.</summary>
        public string? Session { get; init; }

        public required string StartUrl { get; init; }

        public required string Region { get; init; }

        public required string Account { get; init; }

        public required string RoleName { get; init; }
    }

    /// <summary>What a command writes.</summary>
    /// <param name="profile">The profile's name.</param>
    /// <param name="line">The command.</param>
    public sealed class Command(string profile, string line) : CredentialSource
    {
        public string Profile => profile;

        public string Line => line;
    }

    /// <summary>The service of a container, which variables name.</summary>
    public sealed class Container : CredentialSource;
}
