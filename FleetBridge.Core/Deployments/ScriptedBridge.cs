using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Backends.Scripting;
using FleetBridge.Core.Client;
using FleetBridge.Core.Text;

namespace FleetBridge.Core.Deployments;

/// <summary>What a deployment script's <c>Bridge</c> is: the bridge that the command line has chosen.</summary>
/// <param name="bridge">Answers.</param>
/// <param name="settings">Whatever is set, for whichever backend.</param>
/// <param name="known">The settings that each backend knows; it refuses any other.</param>
/// <param name="cancel">The script's end.</param>
internal sealed class ScriptedBridge(
    IBridge bridge,
    string backend,
    IReadOnlyDictionary<string, string> settings,
    ConcurrentDictionary<string, Task<IReadOnlySet<string>>> known,
    TimeProvider clock,
    CancellationToken cancel) : ScriptBridge
{
    public override string Backend => backend;

    public override IReadOnlyDictionary<string, string> Settings => settings;

    public override ScriptBridge On(string name)
    {
        BackendAddress.Parse(name);
        return new ScriptedBridge(bridge, name, settings, known, clock, cancel) { LookInterval = LookInterval };
    }

    public override ScriptBridge With(params (string Key, string Value)[] more)
    {
        var all = new Dictionary<string, string>(settings);
        foreach (var (key, value) in more)
        {
            all[key] = value;
        }

        return new ScriptedBridge(bridge, backend, all, known, clock, cancel) { LookInterval = LookInterval };
    }

    public override async Task<IReadOnlyList<ScriptResource>> Resources()
    {
        var (name, version) = BackendAddress.Parse(backend);
        var outline = await bridge.OutlineAsync(name, version).WaitAsync(cancel).ConfigureAwait(false);
        return [.. outline.Resources.Select(resource => new ScriptResource(resource.Name, resource.Path, resource.Operations))];
    }

    public override async Task<ScriptAnswer> Request(string path)
    {
        var (name, version) = BackendAddress.Parse(backend);
        var keys = await known.GetOrAdd(backend, _ => ReadKeysAsync(name, version)).ConfigureAwait(false);
        var request = BackendRequests.To(
            (name, version), path, settings.Where(setting => keys.Contains(setting.Key)).ToDictionary());
        var reply = await bridge.SendAsync(request, cancel, OptionsFor(name, request.Segments)).ConfigureAwait(false);
        return new ScriptAnswer(reply.Overall, reply.Error, reply.Details as JsonObject ?? []);
    }

    public override async Task<ScriptAnswer> WaitUntil(string resource, Func<ScriptAnswer, bool> condition, TimeSpan deadline)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            var answer = await Check(resource).ConfigureAwait(false);
            if (condition(answer))
            {
                return answer;
            }

            var left = deadline - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException(
                    $"{resource} did not become what was waited for within {DurationText.Of(deadline)}. "
                    + $"Its last state: {(answer.State ?? answer.Error ?? "none").TrimEnd('.')}.");
            }

            await Task.Delay(left < LookInterval ? left : LookInterval, clock, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Several requests may run at once, so each logs under its resource's name; and what a check finds missing is for the
    /// script to judge.
    /// </summary>
    private static CallOptions OptionsFor(string name, IReadOnlyList<string> segments) => segments is [.., var resource, var operation]
        ? new CallOptions { LogName = $"{name}/{resource}", FailureIsExpected = operation == Operation.CheckName }
        : CallOptions.Default;

    private async Task<IReadOnlySet<string>> ReadKeysAsync(string name, string version)
    {
        var outline = await bridge.OutlineAsync(name, version).ConfigureAwait(false);
        return outline.Settings.Select(setting => setting.Key).ToHashSet(StringComparer.Ordinal);
    }
}
