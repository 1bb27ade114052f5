using Amazon.Emulation;

namespace FleetBridge.Benchmarks.Programs;

/// <summary>The variables with which programs are started.</summary>
internal static class Surroundings
{
    private static readonly string[] Foreign = ["FLEETBRIDGE_", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "AWS_"];

    /// <summary>Takes away what would lead a program elsewhere than the benchmark wants.</summary>
    /// <param name="environment">The variables.</param>
    /// <param name="state">The program's state folder.</param>
    /// <param name="more">What it is given instead.</param>
    public static void Prepare(
        IDictionary<string, string?> environment, string state, IReadOnlyDictionary<string, string>? more = null)
    {
        foreach (var name in environment.Keys.Where(name => Foreign.Any(name.StartsWith)).ToArray())
        {
            environment.Remove(name);
        }

        environment["FLEETBRIDGE_STATE"] = state;
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        foreach (var (name, value) in more ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }
    }

    /// <summary>What leads a program to a stand-in instead of AWS, whatever this machine's user has set up.</summary>
    /// <param name="aws">The stand-in.</param>
    /// <param name="folder">A folder for the files that are empty.</param>
    public static IReadOnlyDictionary<string, string> LeadingTo(AwsEmulator aws, string folder)
    {
        var (config, credentials) = (Path.Combine(folder, "config"), Path.Combine(folder, "credentials"));
        File.WriteAllText(config, "");
        File.WriteAllText(credentials, "");
        return new Dictionary<string, string>(aws.Environment)
        {
            ["AWS_CONFIG_FILE"] = config,
            ["AWS_SHARED_CREDENTIALS_FILE"] = credentials,
        };
    }
}
