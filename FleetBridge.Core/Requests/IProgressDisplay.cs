using FleetBridge.Backends;

namespace FleetBridge.Core.Requests;

/// <summary>Where the progress of operations is shown while they run, instead of the log.</summary>
internal interface IProgressDisplay
{
    /// <summary>Begins an operation's line; it is shown once the operation reports progress.</summary>
    /// <returns>Where to report; null where nothing can be shown.</returns>
    IProgressLine? TryBegin();
}

/// <summary>One operation's line; disposing removes it.</summary>
internal interface IProgressLine : IProgress<OperationProgress>, IAsyncDisposable;
