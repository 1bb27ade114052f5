using Backends;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Hosting;

/// <summary>Who asked, as far as running a request depends on it.</summary>
internal sealed record RequestCaller
{
    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Gone { get; init; }

    /// <summary>Shows a page or a folder to the user; false when it cannot.</summary>
    public Func<Uri, bool> OpenForUser { get; init; } = DesktopShell.TryOpen;

    /// <summary>Makes the place where progress is shown; null writes it to the log.</summary>
    public Func<ILogger, IProgress<OperationProgress>>? Progress { get; init; }
}
