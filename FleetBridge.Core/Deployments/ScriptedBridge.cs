using System.Collections.Concurrent;
using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Client;
using FleetBridge.Core.Requests;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Deployments;

/// <summary>A deployment script's <c>Bridge</c>: the bridge that the command line has chosen.</summary>
/// <param name="bridge">That bridge.</param>
/// <param name="backend">The backend and its version.</param>
/// <param name="settings">Whatever is set, for whichever backend.</param>
/// <param name="known">The settings that each backend knows; it refuses any other.</param>
/// <param name="clock">The clock.</param>
/// <param name="cancel">The script's end.</param>
internal sealed class ScriptedBridge(
    IBridge bridge,
    string backend,
    IReadOnlyDictionary<string, string> settings,
    ConcurrentDictionary<string, Task<IReadOnlySet<string>>> known,
    TimeProvider clock,
    CancellationToken cancel) : ScriptBridge
{
    private readonly ConcurrentDictionary<string, RepeatedMessages> _checks = new(StringComparer.Ordinal);

    public override string Backend => backend;

    public override IReadOnlyDictionary<string, string> Settings => settings;

    public override ScriptBridge On(string name)
    {
        BackendAddress.Parse(name);
        return new ScriptedBridge(bridge, name, settings, known, clock, cancel) { CheckInterval = CheckInterval };
    }

    public override ScriptBridge With(params (string Key, string Value)[] more)
    {
        var all = new Dictionary<string, string>(settings);
        foreach (var (key, value) in more)
        {
            all[key] = value;
        }

        return new ScriptedBridge(bridge, backend, all, known, clock, cancel) { CheckInterval = CheckInterval };
    }

    public override async Task<IReadOnlyList<ScriptResource>> Resources()
    {
        var (name, version) = BackendAddress.Parse(backend);
        var outline = await bridge.OutlineAsync(name, version, cancel).ConfigureAwait(false);
        return [.. outline.Resources.Select(resource => new ScriptResource(resource.Name, resource.Path, resource.Operations))];
    }

    public override async Task<ScriptResponse> Request(string path)
    {
        var (name, version) = BackendAddress.Parse(backend);
        var keys = await known.GetOrAdd(backend, _ => ReadKeysAsync(name, version)).ConfigureAwait(false);
        var request = BackendRequests.To(
            (name, version), path, settings.Where(setting => keys.Contains(setting.Key)).ToDictionary());
        var response = await bridge.SendAsync(request, OptionsFor(name, request.Segments)).ConfigureAwait(false);
        return new ScriptResponse(response.Overall, response.Error, response.Details ?? []);
    }

    public override async Task<ScriptResponse> WaitUntil(string resource, Func<ScriptResponse, bool> condition, TimeSpan deadline)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var response = await Check(resource).ConfigureAwait(false);
            if (condition(response))
            {
                return response;
            }

            var left = deadline - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                var last = response.State is { } state ? $"its last state was {state}." : $"its last check said: {response.Error ?? "nothing."}";
                throw new TimeoutException($"Timed out after {DurationText.Of(deadline)} while waiting for {resource}; {last}");
            }

            await Task.Delay(left < CheckInterval ? left : CheckInterval, clock, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Requests may run in parallel, so each logs under its resource's name; and whether a failed check is an error is for the script
    /// to decide. A check that is repeated logs only what is new.
    /// </summary>
    private RequestOptions OptionsFor(string name, IReadOnlyList<string> segments)
    {
        var options = new RequestOptions { Aborted = cancel };
        return segments switch
        {
            [.., var resource, Operation.CheckName] => options with
            {
                LogName = $"{name}/{resource}",
                FailureIsExpected = true,
                Repeated = NextCheck(string.Join('/', segments)),
            },
            [.., var resource, _] => options with { LogName = $"{name}/{resource}" },
            _ => options,
        };
    }

    private RepeatedMessages NextCheck(string path)
    {
        var checks = _checks.GetOrAdd(path, static _ => new RepeatedMessages());
        checks.Next();
        return checks;
    }

    private async Task<IReadOnlySet<string>> ReadKeysAsync(string name, string version)
    {
        var outline = await bridge.OutlineAsync(name, version, cancel).ConfigureAwait(false);
        return outline.Settings.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
    }
}
