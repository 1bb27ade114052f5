using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Deployments;

/// <summary>The outcome of an operation on a resource.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Response">The response; where there was none, one that says why.</param>
/// <param name="Code">The exit code that it would have alone.</param>
/// <param name="Word">What a table shows of it.</param>
internal sealed record ResourceOutcome(ResourceOutline Resource, BridgeResponse Response, ExitCode Code, string Word)
{
    public const string SkippedWord = "skipped";

    public bool Succeeded => Code == ExitCode.Success;

    /// <summary>The resources because of whose failure this one was skipped; empty when it was not.</summary>
    public IReadOnlyList<string> FailedBefore { get; private init; } = [];

    public static ResourceOutcome Of(ResourceOutline resource, BridgeResponse response) =>
        new(resource, response, response.ExitCode, ResultWord.Of(response.Overall));

    public static ResourceOutcome Skipped(ResourceOutline resource, IReadOnlyList<string> failed) =>
        Without(resource, ExitCode.ResultFalse, SkippedWord, $"Skipped, because {string.Join(" and ", failed)} failed.") with
        {
            FailedBefore = failed,
        };

    /// <summary>It did not become ready in time.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="limit">The time.</param>
    /// <param name="state">Its state after that; null when it is not known.</param>
    /// <returns>The outcome.</returns>
    public static ResourceOutcome TimedOut(ResourceOutline resource, TimeSpan limit, string? state) =>
        Without(
            resource,
            ExitCode.TimedOut,
            "timed out",
            FormattableString.Invariant($"{resource.Name} is not ready after {limit.TotalMinutes:0.###} minutes")
            + (state is null ? "." : $"; its last state was {state}."));

    /// <summary>Ctrl-C came before it.</summary>
    public static ResourceOutcome NotStarted(ResourceOutline resource) =>
        Without(resource, ExitCode.Cancelled, SkippedWord, "Cancelled before it started.");

    /// <summary>Ctrl-C came while it ran.</summary>
    public static ResourceOutcome Cancelled(ResourceOutline resource) =>
        Without(resource, ExitCode.Cancelled, "cancelled", "Cancelled; the log file shows how far it got.");

    /// <summary>The request could not be sent, or its response did not arrive.</summary>
    public static ResourceOutcome NoResponse(ResourceOutline resource, UserException exception) =>
        Without(resource, exception.Code, "no response", exception.Message);

    private static ResourceOutcome Without(ResourceOutline resource, ExitCode code, string word, string error) =>
        new(resource, BridgeResponse.Completed(BackendResult.Failure(error)), code, word);
}
