using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace FleetBridge.Cli;

/// <summary>The options that say whether to wait until a resource has settled, and for how long.</summary>
internal sealed class WaitOptions
{
    private const int DefaultMinutes = 60;
    private const int MostMinutes = 7 * 24 * 60;

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until what goes on by itself has settled, such as a fleet until it is active or has failed.",
    };

    private readonly Option<double> _limit = new("--wait-limit")
    {
        Description = "For how many minutes to wait for one resource.",
        HelpName = "minutes",
        DefaultValueFactory = _ => DefaultMinutes,
        CustomParser = ParseMinutes,
    };

    /// <summary>Adds both to a command that can wait for what it has done.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_wait);
        AddLimitTo(command);
    }

    /// <summary>Adds the time only, to a command that waits where it has to.</summary>
    public void AddLimitTo(Command command) => command.Options.Add(_limit);

    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_wait);

    public TimeSpan LimitOf(ParseResult parsed) => TimeSpan.FromMinutes(parsed.GetValue(_limit));

    private static double ParseMinutes(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= MostMinutes)
        {
            return minutes;
        }

        result.AddError($"'{text}' is no time to wait: a number of minutes above 0 and up to {MostMinutes}.");
        return 0;
    }
}
