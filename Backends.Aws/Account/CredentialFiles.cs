namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The files with the AWS profiles. They are read again when one has changed, so that the next request after <c>aws configure</c>
/// or <c>aws sso login</c> works without a restart.
/// </summary>
internal static class CredentialFiles
{
    /// <summary>A text that differs when a file differs.</summary>
    public static string Fingerprint() => string.Join('|', Paths().Select(Fingerprint));

    /// <summary>Their paths; the variables are those of the AWS SDKs and Tools Reference Guide.</summary>
    public static IReadOnlyList<string> Paths() =>
    [
        Locate("AWS_CONFIG_FILE", "config"),
        Locate("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];

    private static string Locate(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? path
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    private static string Fingerprint(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-";
    }
}
