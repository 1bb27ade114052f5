using FleetBridge.Fleet.Running;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker;

/// <summary>Finds out whether a run is ready, and whether it stays healthy. A late first success kills nobody before the limit.</summary>
/// <param name="running">The run.</param>
/// <param name="run">What was started.</param>
/// <param name="probe">Whether it is healthy now; null where nothing is to be asked.</param>
/// <param name="clock">The clock.</param>
/// <param name="changed">Called when <see cref="IsReady"/> or <see cref="Problem"/> has changed.</param>
internal sealed class HealthWatch(IRunningServer running, RunRecord run, Func<CancellationToken, Task<string?>>? probe, TimeProvider clock, Action changed)
    : IDisposable
{
    /// <summary>GameLift's own agent ends a server that has not called ProcessReady by then.</summary>
    public static readonly TimeSpan SdkLimit = TimeSpan.FromMinutes(5);

    /// <summary>Large worlds take many minutes.</summary>
    public static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(30);

    /// <summary>Until it is ready, it is asked more often than the configuration says.</summary>
    private static readonly TimeSpan FirstInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _ending = new();
    private readonly HealthSettings _settings = run.Configuration.Health;
    private volatile bool _isReady = run.IsReady || run.Configuration.Health.Type is null or HealthType.Process;
    private volatile string? _problem;

    /// <summary>Whether it is ready.</summary>
    public bool IsReady => _isReady;

    /// <summary>Why it has to be ended, as a sentence; null while it is healthy.</summary>
    public string? Problem => _problem;

    private TimeSpan Interval => TimeSpan.FromSeconds(_settings.IntervalSeconds);

    /// <summary>Begins to look.</summary>
    public void Begin() => _ = Task.Run(WatchAsync);

    /// <summary>The SDK says how it is: where no other way is configured, that counts.</summary>
    public void TellSdk(bool isHealthy)
    {
        if (_settings.Type is not (null or HealthType.Heartbeat))
        {
            return;
        }

        // a server that was taken for ready because its process runs speaks now: it is ready when it says so
        if (!isHealthy && run.Configuration.Health.Type == HealthType.Heartbeat && _isReady)
        {
            _problem ??= "Its health reports are missing, or say that it is not healthy.";
        }

        _isReady = isHealthy;
        changed();
    }

    /// <summary>The host wants it to end.</summary>
    public void End(string problem) => Fail(problem);

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    private async Task WatchAsync()
    {
        var ending = _ending.Token;
        try
        {
            var limit = _settings.Type == HealthType.Heartbeat ? SdkLimit : ReadyLimit;
            var left = running.StartedAt + limit - clock.GetUtcNow();
            while (!_isReady)
            {
                if (left <= TimeSpan.Zero)
                {
                    Fail($"It was not ready {limit.TotalMinutes:0} minutes after its start.");
                    return;
                }

                if (probe is not null && await probe(ending).ConfigureAwait(false) is null)
                {
                    _isReady = true;
                    changed();
                    break;
                }

                var pause = FirstInterval < Interval ? FirstInterval : Interval;
                await Task.Delay(pause, clock, ending).ConfigureAwait(false);
                left -= pause;
            }

            await WatchReadyAsync(ending).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // it has ended
        }
    }

    private async Task WatchReadyAsync(CancellationToken ending)
    {
        // what was printed once is not asked for again
        if (probe is null || _settings.Type == HealthType.Log)
        {
            return;
        }

        for (var failures = 0; ;)
        {
            await Task.Delay(Interval, clock, ending).ConfigureAwait(false);
            var problem = await probe(ending).ConfigureAwait(false);
            failures = problem is null ? 0 : failures + 1;
            if (failures >= _settings.Failures)
            {
                Fail($"{failures} health checks in a row failed: {problem}");
                return;
            }
        }
    }

    private void Fail(string problem)
    {
        _problem = problem;
        changed();
    }
}
