using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FleetBridge.Options;

/// <summary>An option that takes a number of minutes, such as <c>--wait-limit 40</c>.</summary>
internal sealed class MinutesOption : Option<double?>
{
    private const int Most = 7 * 24 * 60;

    /// <summary>An option with a default, or one that may be absent.</summary>
    /// <param name="minutes">The default; null for none.</param>
    public MinutesOption(string name, string description, double? minutes = null)
        : base(name)
    {
        Description = description;
        HelpName = "minutes";
        CustomParser = Parse;
        if (minutes is not null)
        {
            DefaultValueFactory = _ => minutes;
        }
    }

    /// <summary>The time; null when there is none.</summary>
    public TimeSpan? In(ParseResult parsed) => parsed.GetValue(this) is { } minutes ? TimeSpan.FromMinutes(minutes) : null;

    private static double? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= Most)
        {
            return minutes;
        }

        result.AddError($"'{text}' is not a number of minutes above 0 and up to {Most}.");
        return null;
    }
}
