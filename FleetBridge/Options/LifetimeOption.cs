using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FleetBridge.Options;

/// <summary>An option that takes a time with its unit: <c>90s</c>, <c>10m</c>, <c>12h</c> or <c>30d</c>.</summary>
internal static class LifetimeOption
{
    /// <summary>The longest time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Creates the option.</summary>
    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Length > 1
            && Unit(text[^1]) is { } unit
            && int.TryParse(text.AsSpan()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count * unit.TotalSeconds <= Longest.TotalSeconds)
        {
            return count * unit;
        }

        result.AddError($"'{text}' is not a time, such as 90s, 10m, 12h or 30d (at most {Longest.TotalDays:0} days).");
        return null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
