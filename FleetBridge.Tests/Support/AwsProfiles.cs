using System.Runtime.CompilerServices;
using Amazon.Emulation;
using Amazon.Emulation.Signatures;

namespace FleetBridge.Tests.Support;

/// <summary>
/// The AWS profiles of this test run, in files of its own: the SDK finds those by variables of the process, so that all
/// tests share them, each with profiles of other names. No test, and no program that a test starts, sees the profiles of
/// who runs the tests.
/// </summary>
internal static class AwsProfiles
{
    private static readonly Lock Lock = new();
    private static readonly TemporaryFolder Folder = new();

    /// <summary>The file with the profiles.</summary>
    public static string ConfigFile => Folder["config"];

    /// <summary>The file with the keys.</summary>
    public static string CredentialsFile => Folder["credentials"];

    /// <summary>A profile that talks to an emulator instead of AWS.</summary>
    /// <returns>Its name.</returns>
    public static string Add(AwsEmulator aws, AwsKey? key = null) => Add(Lines(aws, key ?? aws.Credentials));

    /// <summary>A profile of any kind.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="name">Its name; null for a new one.</param>
    /// <returns>Its name.</returns>
    public static string Add(string lines, string? name = null)
    {
        name ??= $"test-{Guid.NewGuid():N}";
        lock (Lock)
        {
            File.AppendAllText(ConfigFile, $"{Head(name)}{lines.Trim()}\n\n");
        }

        return name;
    }

    /// <summary>Writes a profile again, as <c>aws configure</c> does.</summary>
    public static void Change(string name, string lines)
    {
        lock (Lock)
        {
            var profiles = File.ReadAllText(ConfigFile).Split("\n\n").Select(profile =>
                profile.StartsWith(Head(name), StringComparison.Ordinal) ? Head(name) + lines.Trim() : profile);

            // in one step: other tests read it at any time
            File.WriteAllText(Folder["new"], string.Join("\n\n", profiles));
            File.Move(Folder["new"], ConfigFile, overwrite: true);
        }
    }

    /// <summary>The lines of a profile that talks to an emulator instead of AWS.</summary>
    public static string Lines(AwsEmulator aws, AwsKey key) =>
        $"""
        endpoint_url = {aws.Address}
        aws_access_key_id = {key.Id}
        aws_secret_access_key = {key.Secret}
        {(key.Token is null ? "" : $"aws_session_token = {key.Token}")}
        """;

    private static string Head(string name) => $"[profile {name}]\n";

    /// <summary>Runs before anything else of this assembly.</summary>
    [ModuleInitializer]
    internal static void Install()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // the SDK goes back to the user's own file for good when it is first used before this one is there
        File.WriteAllText(ConfigFile, "");
        File.WriteAllText(CredentialsFile, "");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", ConfigFile);
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", CredentialsFile);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();
    }
}
