using System.Diagnostics;
using FleetBridge.Backends;
using FleetBridge.Core.Processes;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>Who asked, as far as running a request depends on it.</summary>
internal sealed record RequestCaller
{
    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Gone { get; init; }

    /// <summary>
    /// Whether an operation that changes things is cancelled too when the caller goes: a command line that is ended by
    /// Ctrl-C takes its operations along, since their process ends with it.
    /// </summary>
    public bool TakesChangesAlong { get; init; }

    /// <summary>
    /// Whether an answer other than True is as good to the caller, such as that of a check after a delete: the user's log
    /// is not told of it as an error.
    /// </summary>
    public bool FailureIsExpected { get; init; }

    /// <summary>The name under which the operation logs; null for the backend's, which the editor expects.</summary>
    public string? LogName { get; init; }

    /// <summary>The trace that the request belongs to; nothing for one of its own.</summary>
    public ActivityContext Trace { get; init; }

    /// <summary>Shows a page or a folder to the user; false when it cannot.</summary>
    public Func<Uri, bool> OpenForUser { get; init; } = DesktopShell.TryOpen;

    /// <summary>Makes the place where progress is shown; null writes it to the log.</summary>
    public Func<ILogger, IProgress<OperationProgress>>? Progress { get; init; }
}
