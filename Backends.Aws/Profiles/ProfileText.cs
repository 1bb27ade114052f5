namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>Reads a profile's values, and says what is wrong with them in one way.</summary>
internal static class ProfileText
{
    /// <summary>What to do about a kind of credentials that FleetBridge cannot use.</summary>
    public const string Alternatives = "Use a profile with keys, source_profile, credential_process or sso_session.";

    /// <summary>A value; null when the profile does not have it.</summary>
    /// <exception cref="BackendException">There is something invisible in it, such as a line that continues it.</exception>
    public static string? Of(AwsProfile profile, string key) => profile.Find(key) is { } entry ? Visible(key, entry) : null;

    /// <summary>A value without anything invisible.</summary>
    public static string Visible(string key, ConfigEntry entry) => entry.Value switch
    {
        var value when value.Contains('\n', StringComparison.Ordinal) => throw Bad(
            entry.Place, $"the line behind {key} is indented, and so a part of its value", "Remove the white space at the beginning of that line"),
        var value when InvisibleText.Find(value) is { } invisible => throw Bad(
            entry.Place, $"{key} {invisible}", "Write the line again"),
        var value => value,
    };

    /// <summary>A line that cannot be used.</summary>
    public static BackendException Bad(ConfigPlace place, string what, string remedy) =>
        new($"{place}: {what}.", $"{remedy}; the next request reads the file again.");

    /// <summary>A profile in which something is missing.</summary>
    public static BackendException Incomplete(ProfileStore store, AwsProfile profile, string why)
    {
        var place = (profile.Config ?? profile.Credentials)!.Place;
        return new(
            $"The AWS profile '{profile.Name}' is incomplete: {why} ({place}).",
            $"Complete it in {string.Join(" or ", store.Paths)}, or with 'aws configure --profile {ShellWords.Quote(profile.Name)}'.");
    }
}
