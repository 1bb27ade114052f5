namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The files in which AWS profiles stand. They are read again when one has changed: after <c>aws configure</c> or
/// <c>aws sso login</c> the next request has to work, without a restart.
/// </summary>
internal static class CredentialFiles
{
    /// <summary>Tells one state of the files from another.</summary>
    public static string Stamp() => string.Join('|', Paths().Select(Stamp));

    /// <summary>Where they are; the variables are those of the AWS SDKs and Tools Reference Guide.</summary>
    public static IReadOnlyList<string> Paths() =>
    [
        Locate("AWS_CONFIG_FILE", "config"),
        Locate("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];

    private static string Locate(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path
            ? path
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", name);

    private static string Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}/{file.Length}" : "-";
    }
}
