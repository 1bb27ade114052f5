namespace FleetBridge.Fleet.Installers;

/// <summary>Reports progress a few times a second, and not for every piece.</summary>
/// <param name="progress">Who is told.</param>
/// <param name="total">All bytes.</param>
/// <param name="clock">Its clock.</param>
internal sealed class ProgressMeter(IProgress<InstallProgress> progress, long total, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long _bytes;
    private long _reported;
    private string _phase = "";

    /// <summary>Begins a phase, and says so at once.</summary>
    public void Begin(string phase)
    {
        _phase = phase;
        Report();
    }

    /// <summary>More bytes are done.</summary>
    public void Add(long bytes)
    {
        _bytes += bytes;
        if (clock.GetElapsedTime(_reported) >= Interval)
        {
            Report();
        }
    }

    private void Report()
    {
        _reported = clock.GetTimestamp();
        progress.Report(new InstallProgress(total == 0 ? 100 : Math.Min(100.0, 100.0 * _bytes / total), _bytes, total, _phase));
    }
}
