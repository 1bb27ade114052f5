using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Doctor;

/// <summary>Checks every installed backend: whether it is loaded, and what its own checks find.</summary>
/// <param name="bridge">Has the backends, in this process or elsewhere.</param>
/// <param name="settings">The settings of the deployment; each backend gets those that it knows.</param>
internal sealed class BackendChecks(IBridge bridge, IReadOnlyDictionary<string, string> settings, TimeProvider clock)
{
    /// <summary>Longer than a backend's own checks may take.</summary>
    private static readonly TimeSpan Limit = EnvironmentCheckRunner.Limit + TimeSpan.FromSeconds(5);

    public async Task<IReadOnlyList<ReportedCheck>> RunAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Limit, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            var statuses = await bridge.GetBackendsAsync(limit.Token).ConfigureAwait(false);
            var results = await Task.WhenAll(statuses.Select(status => RunAsync(status, limit.Token))).ConfigureAwait(false);
            return statuses.Count == 0
                ? [ReportedCheck.Failed("backends", "No backend is installed.", "Install FleetBridge again, or name a folder with --backends.")]
                : [.. results.SelectMany(result => result)];
        }
        catch (UserException exception)
        {
            // an address that is probably mistyped is the user's mistake, as it is for every other command
            var failed = ReportedCheck.Failed("bridge", exception.Message, null);
            return [exception.Code == ExitCode.Usage ? failed with { Code = ExitCode.Usage } : failed];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [ReportedCheck.Failed("bridge", $"The bridge did not respond within {Limit.TotalSeconds:0} s.", "Check its log.")];
        }
    }

    private static ReportedCheck CheckState(string name, BackendStatus status) => status.State switch
    {
        BackendState.Failed => ReportedCheck.Failed(
            name, $"It cannot be loaded: {status.Problem}", $"Build it again, or remove {status.Path}."),
        BackendState.Outdated => ReportedCheck.Warning(
            name, $"The newest build cannot be loaded, so an older one is serving: {status.Problem}", "Fix it and build again."),
        _ => ReportedCheck.Ok(name, $"It is loaded from {status.Path}."),
    };

    private async Task<IReadOnlyList<ReportedCheck>> RunAsync(BackendStatus status, CancellationToken cancellation)
    {
        var name = $"{status.Name}/{status.Version}";
        var state = CheckState(name, status);
        ReportedCheck[] own = BackendTrust.FindDoubt(new BackendFolder(status.Name, status.Version, status.Path)) is { } doubt
            ? [state, ReportedCheck.Warning($"{name} folder", "Others could put their code into it.", doubt)]
            : [state];
        return status.State == BackendState.Failed
            ? own
            : [.. own, .. await RunOwnChecksAsync(name, (status.Name, status.Version), cancellation).ConfigureAwait(false)];
    }

    private async Task<IReadOnlyList<ReportedCheck>> RunOwnChecksAsync(string name, (string Name, string Version) backend, CancellationToken cancellation)
    {
        var known = (await bridge.OutlineAsync(backend.Name, backend.Version, cancellation).ConfigureAwait(false)).Settings
            .Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
        var response = await bridge.SendAsync(
            BackendRequests.To(backend, BridgePaths.Doctor, settings.Where(setting => known.Contains(setting.Key)).ToDictionary()),
            new RequestOptions { Aborted = cancellation, FailureIsExpected = true }).ConfigureAwait(false);
        if (ChecksMessage.Read(response) is { } checks)
        {
            return [.. checks.Select(check => new ReportedCheck($"{name} {check.Name}", check.Result))];
        }

        return response.ExitCode switch
        {
            ExitCode.InvalidSettings => [ReportedCheck.Failed(
                $"{name} settings", response.Error ?? "", "Correct the plugin's settings or the options of the command line.")],
            ExitCode.NotFound => [ReportedCheck.Warning(
                name, "The running bridge is too old for this check.", "Stop that bridge and start the new one.")],
            _ => [ReportedCheck.Failed(name, response.Error ?? "It gave no reason.", null)],
        };
    }
}
