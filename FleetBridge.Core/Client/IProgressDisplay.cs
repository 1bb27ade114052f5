using FleetBridge.Backends;

namespace FleetBridge.Core.Client;

/// <summary>Where the progress of operations is shown while they run, besides the log.</summary>
internal interface IProgressDisplay
{
    /// <summary>Begins an operation's line; it is shown once the operation reports something.</summary>
    /// <returns>Where to report; null where nothing can be shown.</returns>
    IProgressLine? TryBegin();
}

/// <summary>One operation's line; disposing takes it away.</summary>
internal interface IProgressLine : IProgress<OperationProgress>, IAsyncDisposable;
