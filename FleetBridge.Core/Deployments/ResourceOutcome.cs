using FleetBridge.Core.Client;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Deployments;

/// <summary>What became of a resource.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Reply">The answer; where none came, one that says why.</param>
/// <param name="Code">The exit code that it would have alone.</param>
/// <param name="Word">What a table says of it.</param>
internal sealed record ResourceOutcome(ResourceOutline Resource, BridgeReply Reply, ExitCode Code, string Word)
{
    public const string NotTriedWord = "not tried";

    public bool Succeeded => Code == ExitCode.Success;

    /// <summary>The resources whose failure kept this one from being tried; empty when it was.</summary>
    public IReadOnlyList<string> FailedBefore { get; private init; } = [];

    public static ResourceOutcome Answered(ResourceOutline resource, BridgeReply reply) =>
        new(resource, reply, reply.ExitCode, reply.Result);

    public static ResourceOutcome NotTried(ResourceOutline resource, IReadOnlyList<string> failed) =>
        Without(resource, ExitCode.AnswerFalse, NotTriedWord, $"It needs {string.Join(" and ", failed)}, which failed.")
            with
        { FailedBefore = failed };

    /// <summary>It had not become what was waited for when the time was over.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="limit">The time.</param>
    /// <param name="state">Its state then; null when it is not known.</param>
    /// <returns>The outcome.</returns>
    public static ResourceOutcome TimedOut(ResourceOutline resource, TimeSpan limit, string? state) =>
        Without(
            resource,
            ExitCode.TimedOut,
            "not settled",
            FormattableString.Invariant($"{resource.Name} did not settle within {limit.TotalMinutes:0.###} minutes")
            + (state is null ? "." : $"; last seen state {state}."));

    /// <summary>Ctrl-C came before it.</summary>
    public static ResourceOutcome NotBegun(ResourceOutline resource) =>
        Without(resource, ExitCode.Cancelled, NotTriedWord, "It was cancelled before it began.");

    /// <summary>Ctrl-C came while it ran.</summary>
    public static ResourceOutcome Cancelled(ResourceOutline resource) =>
        Without(resource, ExitCode.Cancelled, "cancelled", "It was cancelled; the log file tells how far it came.");

    /// <summary>The bridge could not be asked, or did not answer to the end.</summary>
    public static ResourceOutcome Unanswered(ResourceOutline resource, UserException exception) =>
        Without(resource, exception.Code, "no answer", exception.Message);

    private static ResourceOutcome Without(ResourceOutline resource, ExitCode code, string word, string error) =>
        new(resource, BridgeReply.Without(error), code, word);
}
