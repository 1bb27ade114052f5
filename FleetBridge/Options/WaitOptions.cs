using System.CommandLine;

namespace FleetBridge.Options;

/// <summary>The options that say whether to wait until a resource has settled, and for how long.</summary>
internal sealed class WaitOptions
{
    private const int DefaultMinutes = 60;

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait until what goes on by itself has settled, such as a fleet until it is active or has failed.",
    };

    private readonly MinutesOption _limit = new("--wait-limit", "For how many minutes to wait for one resource.", DefaultMinutes);

    /// <summary>Adds both to a command that can wait for what it has done.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_wait);
        AddLimitTo(command);
    }

    /// <summary>Adds the time only, to a command that waits where it has to.</summary>
    public void AddLimitTo(Command command) => command.Options.Add(_limit);

    public bool IsWanted(ParseResult parsed) => parsed.GetValue(_wait);

    /// <summary>How long to wait; the usual time for a command that was not given the option.</summary>
    public TimeSpan LimitOf(ParseResult parsed) => _limit.In(parsed) ?? TimeSpan.FromMinutes(DefaultMinutes);
}
