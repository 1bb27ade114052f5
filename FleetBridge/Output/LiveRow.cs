using FleetBridge.Backends;
using FleetBridge.Core.Deployments;

namespace FleetBridge.Output;

/// <summary>One resource's line in the table of a running deployment. The table's lock guards it.</summary>
/// <param name="name">The resource's name.</param>
internal sealed class LiveRow(string name)
{
    public string Name => name;

    /// <summary>What is being done for it, or its outcome.</summary>
    public string State { get; private set; } = "queued";

    /// <summary>Its latest progress or log line; in the end its error.</summary>
    public string Step { get; private set; } = "";

    /// <summary>The parameters of the state's colour (SGR of ECMA-48).</summary>
    public string Colour { get; private set; } = "90";

    /// <summary>The time stamp of its first operation; null before that.</summary>
    public long? Began { get; private set; }

    /// <summary>The time stamp of its end; null before that.</summary>
    public long? Ended { get; private set; }

    public void Begin(string operation, long now)
    {
        if (Ended is null)
        {
            Began ??= now;
            (State, Colour, Step) = (operation switch
            {
                Operation.CreateName => "creating",
                Operation.DeleteName => "deleting",
                Operation.WaitName => "waiting",
                Operation.CheckName => "checking",
                _ => operation,
            }, "36", "");
        }
    }

    public void Report(OperationProgress progress)
    {
        if (Ended is null)
        {
            var percent = progress.Fraction is { } fraction ? FormattableString.Invariant($" {Math.Clamp(fraction, 0, 1) * 100:0} %") : "";
            Step = $"{progress.Activity}{percent}{(progress.Detail is { } detail ? $", {detail}" : "")}";
        }
    }

    public void Log(string text)
    {
        if (Ended is null)
        {
            Step = text;
        }
    }

    public void End(ResourceOutcome outcome, long now)
    {
        Ended = now;
        State = outcome.Word;
        Colour = outcome switch
        {
            { Succeeded: true } => "32",
            { Word: ResourceOutcome.SkippedWord } => "90",
            _ => "31",
        };
        Step = outcome.Response.Error ?? "";
    }
}
