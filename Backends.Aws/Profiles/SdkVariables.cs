namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The variables that the AWS SDK itself reads at its start, and without which it does not start when they mean nothing.</summary>
internal static class SdkVariables
{
    private const string Switch = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";
    private const string Address = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

    /// <summary>Checks them.</summary>
    /// <exception cref="BackendException">One of them means nothing.</exception>
    public static void Check(AwsEnvironment environment)
    {
        if (environment.Find(Switch) is { } value && !bool.TryParse(value, out _))
        {
            throw Bad(Switch, value, "neither true nor false", "true or false");
        }

        if (environment.Find(Address) is { } address && !Uri.TryCreate(address, UriKind.Absolute, out _))
        {
            throw Bad(Address, address, "not an address", "an address such as http://169.254.169.254");
        }
    }

    private static BackendException Bad(string variable, string value, string what, string right) => new(
        $"The variable {variable} is '{value}', which is {what}.",
        $"Set it to {right} or unset it, and restart the bridge and the editor.");
}
