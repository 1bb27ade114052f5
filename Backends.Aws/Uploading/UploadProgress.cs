using System.Globalization;

namespace FleetBridge.Backends.Aws.Uploading;

/// <summary>Reports the progress of an upload every second, even when it makes none.</summary>
internal sealed class UploadProgress : IAsyncDisposable
{
    /// <summary>The rate is measured over the last seconds: enough to be steady, and few enough to show a change.</summary>
    private const int WindowInSeconds = 10;

    /// <summary>All bytes may have been sent, but S3 has not confirmed the upload.</summary>
    private const double MostBeforeDone = 0.99;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _activity;
    private readonly long _total;
    private readonly Func<long> _sent;
    private readonly IProgress<OperationProgress> _progress;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly Queue<(long Timestamp, long Bytes)> _window = new();
    private readonly ITimer _timer;
    private long _most;
    private bool _done;

    /// <summary>Starts reporting.</summary>
    /// <param name="name">The build's name.</param>
    /// <param name="total">How many bytes the package has.</param>
    /// <param name="sent">Returns how many of them have been sent.</param>
    /// <param name="progress">Receives the reports.</param>
    /// <param name="clock">The clock of interval and rate.</param>
    public UploadProgress(string name, long total, Func<long> sent, IProgress<OperationProgress> progress, TimeProvider clock)
    {
        (_activity, _total, _sent, _progress, _clock) = ($"Uploading {name}", total, sent, progress, clock);
        Report();
        _timer = clock.CreateTimer(_ => Report(), null, Interval, Interval);
    }

    /// <summary>Stops reporting.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    /// <summary>Reports that the upload is complete.</summary>
    public void ReportDone()
    {
        lock (_lock)
        {
            _done = true;
            _progress.Report(new OperationProgress(_activity, 1));
        }
    }

    private void Report()
    {
        lock (_lock)
        {
            if (_done)
            {
                return;
            }

            // a part that is sent again, and a stretch that packs badly, would take some of it back
            var bytes = _most = Math.Max(_most, _sent());
            var now = _clock.GetTimestamp();
            _window.Enqueue((now, bytes));
            if (_window.Count > WindowInSeconds + 1)
            {
                _window.Dequeue();
            }

            var (oldest, before) = _window.Peek();
            var seconds = _clock.GetElapsedTime(oldest, now).TotalSeconds;
            var detail = seconds > 0 ? Detail((bytes - before) / seconds, bytes) : null;
            _progress.Report(new OperationProgress(_activity, _total > 0 ? Math.Min(MostBeforeDone, (double)bytes / _total) : null, detail));
        }
    }

    private string Detail(double bytesPerSecond, long bytes)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond / 1e6:0.0} MB/s");
        if (bytes >= _total)
        {
            return $"{rate}, waiting for S3";
        }

        return bytesPerSecond > 0 ? $"{rate}, {Left((_total - bytes) / bytesPerSecond)} left" : $"{rate}, waiting";
    }

    private static string Left(double seconds) => seconds switch
    {
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds):0} s"),
        < 90 * 60 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds / 60):0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
