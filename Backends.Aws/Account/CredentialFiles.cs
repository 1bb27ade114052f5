using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// The files with the AWS profiles. They are read again when one has changed, so that the next request after <c>aws configure</c>
/// or <c>aws sso login</c> works without a restart.
/// </summary>
internal static class CredentialFiles
{
    /// <summary>The variables that name files with tokens.</summary>
    private static readonly string[] Variables =
        ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

    /// <summary>A text that differs when a file differs.</summary>
    public static string Fingerprint() => string.Join('|', Paths().Select(Fingerprint));

    /// <summary>Their paths; the variables are those of the AWS SDKs and Tools Reference Guide.</summary>
    public static IReadOnlyList<string> Paths() =>
    [
        Locate("AWS_CONFIG_FILE", "config"),
        Locate("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];

    /// <summary>Makes sure that the SDK, which reads these files in its own way, neither waits for one nor fills the memory with it.</summary>
    /// <param name="more">Further files that the SDK is about to read; null for none.</param>
    /// <exception cref="BackendException">One is no regular file, or too large.</exception>
    public static void AssertReadable(params IEnumerable<string?> more)
    {
        foreach (var path in more.Concat(Paths()).Concat(Variables.Select(Environment.GetEnvironmentVariable)))
        {
            try
            {
                _ = path is { Length: > 0 } && UserFile.Check(path);
            }
            catch (UnusableFileException exception)
            {
                throw new BackendException($"The AWS credentials cannot be read: {exception.Message}", exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // the SDK says why it cannot be read
            }
        }
    }

    /// <summary>The files with the tokens of <c>aws sso login</c>, where the SDK and the AWS CLI have them.</summary>
    public static IEnumerable<string> SsoCache()
    {
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".aws", "sso", "cache");
        return Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
    }

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
