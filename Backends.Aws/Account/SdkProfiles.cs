using System.Runtime.CompilerServices;
using Amazon;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Internal;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Keeps the SDK from reading AWS's files for settings of its own. It reads them by other rules, and a single line that it cannot read,
/// in whichever profile, ends all its clients. Everything that counts is set on each client (<see cref="ClientSettings"/>).
/// </summary>
internal static class SdkProfiles
{
    private const string ConfigVariable = "AWS_CONFIG_FILE";
    private const string Nothing = "FleetBridge reads the profiles itself";

    private static readonly Lazy<bool> Done = new(Begin);

    /// <summary>Does it before the first client; later calls do nothing.</summary>
    public static void KeepAway() => _ = Done.Value;

    private static bool Begin()
    {
        AWSConfigs.AWSProfileName = Nothing;
        AWSConfigs.AWSProfilesLocation = Path.Combine(AppContext.BaseDirectory, Nothing);
        if (Environment.GetEnvironmentVariable(ConfigVariable) is { Length: > 0 } file && !CanRead())
        {
            // the SDK looks at the variable whatever else is set; it looks once, now
            Environment.SetEnvironmentVariable(ConfigVariable, null);
            try
            {
                RuntimeHelpers.RunClassConstructor(typeof(FallbackInternalConfigurationFactory).TypeHandle);
            }
            finally
            {
                Environment.SetEnvironmentVariable(ConfigVariable, file);
            }
        }

        return true;
    }

    private static bool CanRead()
    {
        try
        {
            _ = new SharedCredentialsFile(AWSConfigs.AWSProfilesLocation);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
