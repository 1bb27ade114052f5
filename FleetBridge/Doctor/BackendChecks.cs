using FleetBridge.Core.Client;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Requests;

namespace FleetBridge.Doctor;

/// <summary>Every installed backend: is it loaded, and what does it say itself?</summary>
/// <param name="bridge">Asks them, in this process or elsewhere.</param>
/// <param name="settings">The settings of the deployment; each backend gets those that it knows.</param>
internal sealed class BackendChecks(IBridge bridge, IReadOnlyDictionary<string, string> settings)
{
    /// <summary>Longer than a backend's own checks may take.</summary>
    private static readonly TimeSpan Limit = EnvironmentCheckRunner.Limit + TimeSpan.FromSeconds(5);

    /// <summary>Examines them.</summary>
    public async Task<IReadOnlyList<ReportedCheck>> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            var statuses = await bridge.GetBackendsAsync(limit.Token).ConfigureAwait(false);
            var results = await Task.WhenAll(statuses.Select(status => RunAsync(status, limit.Token))).ConfigureAwait(false);
            return statuses.Count == 0
                ? [ReportedCheck.Failed("backends", "No backend is installed.", "Install the program anew, or name a folder with --backends.")]
                : [.. results.SelectMany(result => result)];
        }
        catch (UserException exception)
        {
            return [ReportedCheck.Failed("bridge", exception.Message, null)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [ReportedCheck.Failed("bridge", $"The bridge did not answer within {Limit.TotalSeconds:0} s.", "Look at its log.")];
        }
    }

    private static ReportedCheck ExamineState(string name, BackendStatus status) => status.State switch
    {
        BackendState.Failed => ReportedCheck.Failed(
            name, $"It cannot be loaded: {status.Problem}", $"Build it again, or remove {status.Path}."),
        BackendState.Outdated => ReportedCheck.Warning(
            name, $"Its newest build cannot be loaded, so an older one serves: {status.Problem}", "Mend it and build again."),
        _ => ReportedCheck.Ok(name, $"It is loaded from {status.Path}."),
    };

    private async Task<IReadOnlyList<ReportedCheck>> RunAsync(BackendStatus status, CancellationToken cancellation)
    {
        var name = $"{status.Name}/{status.Version}";
        var state = ExamineState(name, status);
        return status.State == BackendState.Failed
            ? [state]
            : [state, .. await AskAsync(name, (status.Name, status.Version), cancellation).ConfigureAwait(false)];
    }

    private async Task<IReadOnlyList<ReportedCheck>> AskAsync(string name, (string Name, string Version) backend, CancellationToken cancellation)
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
                $"{name} settings", response.Error ?? "", "Mend the plugin's settings, or the options of the command line.")],
            ExitCode.NotFound => [ReportedCheck.Warning(
                name, "The bridge is too old to examine it.", "End that bridge and start the new one.")],
            _ => [ReportedCheck.Failed(name, response.Error ?? "It gave no reason.", null)],
        };
    }
}
