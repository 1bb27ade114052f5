using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Security;
using FleetBridge.Core.Text;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>A service that is known.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Machine">Where it runs; null for others' services.</param>
/// <param name="Version">Its version; null for others' services.</param>
/// <param name="Seen">When it was heard of last.</param>
internal sealed record KnownService(string Name, string? Machine, string? Version, DateTimeOffset Seen);

/// <summary>
/// The services of the mesh. A broker cannot list them: ours announce themselves, and whoever comes asks for it at once; others' are
/// named at the start, or were called before.
/// </summary>
internal sealed class MeshDirectory
{
    public const string AnnounceTopic = "fleetbridge.announce";
    public const string DiscoverTopic = "fleetbridge.discover";

    /// <summary>How often ours say that they are there.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestJitter = TimeSpan.FromMilliseconds(200);

    private const int MostServices = 10_000;

    private static readonly TimeSpan Forgotten = 3 * Interval;

    private readonly ConcurrentDictionary<string, KnownService> _byName = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _named;
    private readonly TimeProvider _clock;

    /// <param name="named">Others' services.</param>
    /// <param name="clock">The clock.</param>
    public MeshDirectory(IReadOnlyList<string> named, TimeProvider clock) => (_named, _clock) = (named, clock);

    /// <summary>How long to wait before an announcement that somebody has asked for.</summary>
    public static TimeSpan NewJitter() => Random.Shared.NextDouble() * LongestJitter;

    /// <summary>Those that are there, by name.</summary>
    public IReadOnlyList<KnownService> All
    {
        get
        {
            var oldest = _clock.GetUtcNow() - Forgotten;
            foreach (var (name, _) in _byName.Where(one => one.Value.Machine is not null && one.Value.Seen < oldest).ToList())
            {
                _byName.TryRemove(name, out _);
            }

            return [.. _byName.Values
                .Concat(_named.Where(name => !_byName.ContainsKey(name)).Select(name => new KnownService(name, null, null, default)))
                .OrderBy(one => one.Name, StringComparer.Ordinal)];
        }
    }

    /// <summary>A call has had a response.</summary>
    public void Learn(string service)
    {
        // the count takes every lock of the dictionary
        if (!_byName.ContainsKey(service) && _byName.Count < MostServices)
        {
            _byName.TryAdd(service, new KnownService(service, null, null, _clock.GetUtcNow()));
        }
    }

    /// <summary>An announcement has come.</summary>
    public void Take(MeshEvent happened)
    {
        if (happened.Event.ValueKind != JsonValueKind.Object || Text(happened.Event, "machine") is not { } machine)
        {
            return;
        }

        var leaves = happened.Event.TryGetProperty("left", out var left) && left.ValueKind == JsonValueKind.True;
        if (!happened.Event.TryGetProperty("services", out var services) || services.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var name in services.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!).Take(16))
        {
            // anyone at the broker can publish an announcement: it may add names of ours, and nothing else
            if (!MeshName.IsOurs(name) || MessageGuard.FindKeyProblem(name) is not null)
            {
                continue;
            }

            if (leaves && name != MeshName.Bridge)
            {
                _byName.TryRemove(name, out _);
            }
            else if (!leaves && (_byName.ContainsKey(name) || _byName.Count < MostServices))
            {
                _byName[name] = new KnownService(
                    name, ShortText.Of(machine), Text(happened.Event, "version") is { } version ? ShortText.Of(version) : null, _clock.GetUtcNow());
            }
        }
    }

    /// <summary>Writes an announcement.</summary>
    public static JsonObject Announce(string machine, IEnumerable<string> services, bool leaves) => new()
    {
        ["machine"] = machine,
        ["version"] = ProgramInfo.Version,
        ["services"] = new JsonArray([.. services.Select(name => (JsonNode)name)]),
        ["left"] = leaves,
    };

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
