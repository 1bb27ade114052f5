using FleetBridge.Core.Logs;
using Microsoft.Extensions.Logging;

namespace FleetBridge.Core.Requests;

/// <summary>What running a request needs from the bridge.</summary>
/// <param name="BackendLoggers">The loggers that backends write to.</param>
/// <param name="Exclusive">The operations that make changes, and run at this moment.</param>
/// <param name="Logger">The bridge's own log of requests.</param>
/// <param name="Clock">The clock.</param>
/// <param name="Stopping">Cancelled when the bridge stops.</param>
internal sealed record RequestServices(
    BackendLoggers BackendLoggers,
    ExclusiveOperations Exclusive,
    ILogger<RequestRunner> Logger,
    TimeProvider Clock,
    CancellationToken Stopping)
{
    /// <summary>Reports what operations do.</summary>
    public OperationEvents Events { get; } = new();

    /// <summary>The pictures that backends publish.</summary>
    public FrameBoard Frames { get; } = new();
}
