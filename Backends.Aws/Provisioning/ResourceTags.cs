namespace FleetBridge.Backends.Aws.Provisioning;

/// <summary>Whose something in the account is, as its tags say.</summary>
internal enum Owner
{
    /// <summary>This deployment has made it.</summary>
    ThisDeployment,

    /// <summary>Another deployment of FleetBridge has made it.</summary>
    AnotherDeployment,

    /// <summary>It has no such tags: another team, an older version or another tool has made it.</summary>
    Unknown,
}

/// <summary>The tags of everything that is created: they say to which deployment it belongs (decision 17).</summary>
/// <param name="Prefix">The deployment's prefix.</param>
/// <param name="Resource">The resource that has made it, such as <see cref="Fleet"/>.</param>
internal sealed record ResourceTags(string Prefix, string Resource)
{
    public const string UploadedBuild = "uploaded_build";
    public const string Fleet = "fleet";
    public const string UserPool = "user_pool";
    public const string Lambdas = "lambdas";
    public const string RestApi = "rest_api";
    public const string SessionApi = "session_api";

    public const string PrefixKey = "fleetbridge:prefix";
    public const string ResourceKey = "fleetbridge:resource";

    /// <summary>Which process has made something, and in which attempt.</summary>
    public const string MakerKey = "fleetbridge:maker";

    /// <summary>The tags of a resource of a request's deployment.</summary>
    public static ResourceTags Of(AwsContext context, string resource) => new(context.Settings[Setting.PrefixKey], resource);

    /// <summary>The tags as AWS has them.</summary>
    public Dictionary<string, string> ToMap() =>
        new(StringComparer.Ordinal) { [PrefixKey] = Prefix, [ResourceKey] = Resource };

    /// <summary>Whose something with these tags is.</summary>
    /// <param name="tags">All of its tags; null when they cannot be read.</param>
    public Owner OwnerOf(IReadOnlyDictionary<string, string>? tags)
    {
        var prefix = tags?.GetValueOrDefault(PrefixKey);
        var resource = tags?.GetValueOrDefault(ResourceKey);
        return (prefix, resource) switch
        {
            _ when prefix == Prefix && resource == Resource => Owner.ThisDeployment,
            _ when (prefix is not null && prefix != Prefix) || (resource is not null && resource != Resource) => Owner.AnotherDeployment,
            _ => Owner.Unknown,
        };
    }

    /// <summary>Refuses to change what another deployment has made.</summary>
    /// <param name="kind">What it is, such as "function".</param>
    /// <param name="name">Its name.</param>
    /// <param name="tags">Its tags.</param>
    /// <exception cref="BackendException">It is another deployment's.</exception>
    public void ThrowIfAnothers(string kind, string name, IReadOnlyDictionary<string, string>? tags)
    {
        if (OwnerOf(tags) == Owner.AnotherDeployment)
        {
            throw new BackendException(
                $"The {kind} {name} belongs to another deployment: {Describe(tags!)}.",
                $"Choose another prefix, or another name for the {kind}.");
        }
    }

    /// <summary>The owner that tags name, for a sentence.</summary>
    public static string Describe(IReadOnlyDictionary<string, string> tags) =>
        $"its tags say {PrefixKey} {tags.GetValueOrDefault(PrefixKey) ?? "(none)"}, "
        + $"{ResourceKey} {tags.GetValueOrDefault(ResourceKey) ?? "(none)"}";
}
