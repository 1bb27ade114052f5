using System.Diagnostics;
using FleetBridge.Backends;
using FleetBridge.Core.Processes;

namespace FleetBridge.Core.Requests;

/// <summary>What the sender of a request wants, besides the request itself. A bridge elsewhere sees <see cref="Aborted"/> only.</summary>
internal sealed record RequestOptions
{
    public static readonly RequestOptions Default = new();

    /// <summary>Cancelled when nobody waits for the response any more.</summary>
    public CancellationToken Aborted { get; init; }

    /// <summary>
    /// Whether <see cref="Aborted"/> also cancels an operation that makes changes. Such an operation runs to its end when an HTTP
    /// client disconnects; a command line that is ended by Ctrl-C cancels it, because its process ends.
    /// </summary>
    public bool AbortsChanges { get; init; }

    /// <summary>
    /// Whether a result other than True is no error to the sender, as in the check after a delete: then it is not logged as one.
    /// </summary>
    public bool FailureIsExpected { get; init; }

    /// <summary>The name under which the operation logs, so that operations in parallel can be distinguished; null for the backend's,
    /// which the editor expects.</summary>
    public string? LogName { get; init; }

    /// <summary>What earlier requests of the same kind have logged, which need not be repeated; null for a request by itself.</summary>
    public RepeatedMessages? Repeated { get; init; }

    /// <summary>Where progress is shown; null for the log.</summary>
    public IProgressDisplay? Progress { get; init; }

    /// <summary>Takes progress besides that; null where nobody wants to know.</summary>
    public IProgress<OperationProgress>? Watcher { get; init; }

    /// <summary>
    /// Called with what the request has turned out to be, before it runs: the path, and the operation, which is null for a path of the
    /// bridge's own. It throws where the sender may not. Null where every sender may.
    /// </summary>
    public Action<string, Operation?>? Permit { get; init; }

    /// <summary>The trace that the request belongs to; nothing for a new one.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Shows a page or a folder to the user; false when it cannot.</summary>
    public Func<Uri, bool> OpenForUser { get; init; } = DesktopShell.TryOpen;
}
