namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The keys in the variables.</summary>
internal static class EnvironmentKeys
{
    /// <summary>The variable that says that there are keys.</summary>
    public const string IdVariable = "AWS_ACCESS_KEY_ID";

    private const string SecretVariable = "AWS_SECRET_ACCESS_KEY";

    /// <summary>The keys; null when there is no id.</summary>
    /// <exception cref="BackendException">There is only one half, or something in it that belongs to no key.</exception>
    public static CredentialSource.Keys? Find(AwsEnvironment environment) => Key(environment, IdVariable) is not { } id ? null : new(
        id,
        Key(environment, SecretVariable) ?? throw new BackendException(
            $"{IdVariable} is set, and {SecretVariable} is not.", "Set both or neither, and restart the bridge and the editor."),
        Key(environment, "AWS_SECURITY_TOKEN") ?? Key(environment, "AWS_SESSION_TOKEN"));

    private static string? Key(AwsEnvironment environment, string name) =>
        environment.Find(name) is { } value && InvisibleText.FindInKey(value) is { } invisible
            ? throw new BackendException(
                $"The variable {name} {invisible}, which belongs to no key.",
                $"Set {name} again without it, and restart the bridge and the editor.")
            : environment.Find(name);
}
