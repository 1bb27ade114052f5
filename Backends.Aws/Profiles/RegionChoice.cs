namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>The region of a request, and who chose it.</summary>
/// <param name="Name">The region's name.</param>
/// <param name="Origin">Words for where it is written.</param>
/// <param name="IsFromAws">Whether AWS's variables or the profile have chosen it, so that the user may not know.</param>
internal sealed record RegionChoice(string Name, string Origin, bool IsFromAws)
{
    /// <summary>The region where neither the request nor AWS's settings name one.</summary>
    public const string LastResort = "us-west-2";

    // the second is the name that the aws command has for it; the first goes before it
    private static readonly string[] Variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <summary>Chooses the region: the request's, a variable's, the profile's, <see cref="LastResort"/>.</summary>
    /// <param name="given">The region that the request names; null when it names none.</param>
    /// <param name="environment">The variables.</param>
    /// <param name="profile">Finds the request's profile; null when there is none.</param>
    /// <exception cref="BackendException">What is written there is not the name of a region.</exception>
    public static RegionChoice Of(string? given, AwsEnvironment environment, Func<AwsProfile?> profile)
    {
        if (given is not null)
        {
            return new(given, "the request", false);
        }

        foreach (var variable in Variables)
        {
            if (environment.Find(variable) is { } value)
            {
                return AwsSettings.IsRegion(value)
                    ? new(value, $"the variable {variable}", true)
                    : throw new BackendException(
                        $"The variable {variable} is '{value}', which is not the name of a region, such as {LastResort}.",
                        "Set or unset it, and restart the bridge and the editor; or set the region in the plugin's settings (AWSRegion).");
            }
        }

        return profile() is { } own && own.Find("region") is { Value.Length: > 0 } entry
            ? AwsSettings.IsRegion(entry.Value)
                ? new(entry.Value, $"the AWS profile '{own.Name}'", true)
                : throw ProfileText.Bad(
                    entry.Place, $"region is '{entry.Value}', which is not the name of a region, such as {LastResort}", "Correct the line")
            : new(LastResort, "no setting", false);
    }
}
