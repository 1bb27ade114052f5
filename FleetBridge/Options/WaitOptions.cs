using System.CommandLine;

namespace FleetBridge.Options;

/// <summary>The options that say whether to wait until a resource has reached a final state, and for how long.</summary>
internal sealed class WaitOptions
{
    private const int DefaultMinutes = 60;

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until the resource has reached a final state, such as a fleet that is ACTIVE or in ERROR.",
    };

    private readonly MinutesOption _limit = new("--wait-limit", "How many minutes to wait for one resource.", DefaultMinutes);

    /// <summary>Adds both options to a command that can wait for the result of its work.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_wait);
        AddLimitTo(command);
    }

    /// <summary>Adds only the limit, to a command that waits where it must.</summary>
    public void AddLimitTo(Command command) => command.Options.Add(_limit);

    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_wait);

    /// <summary>How long to wait; the default for a command that does not have the option.</summary>
    public TimeSpan LimitOf(ParseResult parsed) => _limit.In(parsed) ?? TimeSpan.FromMinutes(DefaultMinutes);
}
