using FleetBridge.Backends;
using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Requests;

/// <summary>A request whose backend is found, with a lease on the generation that runs it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Options">What its sender wants.</param>
/// <param name="Backend">Its backend.</param>
/// <param name="Lease">The lease; it ends with the request.</param>
/// <param name="Services">What the bridge provides.</param>
internal sealed record LeasedRequest(
    BackendRequest Request, RequestOptions Options, InstalledBackend Backend, BackendLease Lease, RequestServices Services)
{
    public BackendGeneration Generation => Lease.Generation;

    /// <summary>Fills in and checks the settings that the request carries.</summary>
    /// <returns>The settings, or the result that says what is wrong with them.</returns>
    public async ValueTask<(Settings? Settings, BackendResult? Refusal)> ResolveSettingsAsync()
    {
        var declared = Generation.Settings;
        try
        {
            return declared.Any(setting => setting.Validate is not null)
                ? await Generation.Code.CallBrieflyAsync(Resolve, Generation.Threads, Services.Clock).ConfigureAwait(false)
                : Resolve();
        }
        catch (TimeoutException)
        {
            return (null, BackendResult.Failure(
                $"The backend's own check of its settings did not end within {BackendCode.BriefLimit.TotalSeconds:0} s."));
        }

        (Settings?, BackendResult?) Resolve() =>
            Settings.TryResolve(declared, Request.Parameters, out var settings, out var problems)
                ? (settings, null)
                : (null, BackendResult.InvalidSettings(problems));
    }

    /// <summary>What the backend's code is given.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellation">Cancels the code.</param>
    /// <param name="progress">Where progress is shown; null for the log.</param>
    /// <returns>The context.</returns>
    public BackendContext CreateContext(
        Settings settings, CancellationToken cancellation, IProgress<OperationProgress>? progress = null)
    {
        var log = Services.BackendLoggers.For(Options.LogName ?? Request.Backend);
        log = Options.Repeated?.Filter(log) ?? log;
        return new BackendContext
        {
            Request = Request,
            Settings = settings,
            Logger = log,
            Progress = Options.Watcher is { } watcher
                ? new WatchedProgress(progress ?? new LoggedProgress(log, Services.Clock), watcher)
                : progress ?? new LoggedProgress(log, Services.Clock),
            Clock = Services.Clock,
            OpenForUser = Options.OpenForUser,
            Frames = Services.Frames,
            Cancellation = cancellation,
        };
    }
}
