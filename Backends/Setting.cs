namespace FleetBridge.Backends;

/// <summary>A parameter that a backend's requests may carry: a query key, a command-line option, a member of
/// <c>/config</c>.</summary>
/// <param name="Key">Lower-case words joined by underscores, such as <c>profile_name</c>.</param>
/// <param name="Description">One sentence for the command line's help.</param>
/// <param name="Default">
/// The value where the request has none; null when it has to be given by those operations that need it. A
/// <c>[key]</c> in it stands for another setting's value.
/// </param>
public sealed record Setting(string Key, string Description, string? Default = null)
{
    /// <summary>
    /// The setting that distinguishes deployments. Two changes on the same resource with the same value of it never run
    /// at the same time.
    /// </summary>
    public const string PrefixKey = "prefix";

    /// <summary>
    /// Says what is wrong with a value, as the end of a sentence that begins with the setting and the value, such as
    /// <c>is not a port between 1 and 60000</c>; null when it is fine. Null accepts every value.
    /// </summary>
    public Func<string, string?>? Validate { get; init; }
}
