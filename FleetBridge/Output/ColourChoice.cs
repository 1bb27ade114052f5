namespace FleetBridge.Output;

/// <summary>
/// Whether what is printed has colours, as the user's environment says it: <c>NO_COLOR</c> (no-color.org), <c>FORCE_COLOR</c>
/// (force-color.org), <c>CLICOLOR</c> and <c>CLICOLOR_FORCE</c> (bixense.com/clicolors).
/// </summary>
internal enum ColourChoice
{
    /// <summary>On a terminal that can show them.</summary>
    OnTerminals,

    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>Also in files and pipes.</summary>
    Always,
}

/// <summary>Reads the choice.</summary>
internal static class ColourChoices
{
    /// <summary>Of several variables that one counts which says no; an empty one says nothing.</summary>
    /// <param name="find">The value of a variable; null if it is not set.</param>
    public static ColourChoice Read(Func<string, string?> find)
    {
        if (find("NO_COLOR") is { Length: > 0 })
        {
            return ColourChoice.Never;
        }

        if (find("FORCE_COLOR") is { Length: > 0 } forced)
        {
            return forced is "0" || forced.Equals("false", StringComparison.OrdinalIgnoreCase) ? ColourChoice.Never : ColourChoice.Always;
        }

        return find("CLICOLOR_FORCE") is { Length: > 0 } and not "0" ? ColourChoice.Always
            : find("CLICOLOR") is "0" ? ColourChoice.Never
            : ColourChoice.OnTerminals;
    }
}
