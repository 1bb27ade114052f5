using FleetBridge.Backends;

namespace FleetBridge.Core.Requests;

/// <summary>Progress that goes where it always goes, and to somebody who watches.</summary>
internal sealed class WatchedProgress(IProgress<OperationProgress> usual, IProgress<OperationProgress> watcher) : IProgress<OperationProgress>
{
    public void Report(OperationProgress value)
    {
        usual.Report(value);
        watcher.Report(value);
    }
}
