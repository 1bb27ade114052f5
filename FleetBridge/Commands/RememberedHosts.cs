using System.Text.Json.Nodes;
using FleetBridge.Backends.Files;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.State;

namespace FleetBridge.Commands;

/// <summary>
/// The hosts of a broker that have responded to this user within a day. A broker cannot list who should be there, and a host that hangs
/// does not announce itself: without them it would be left out in silence.
/// </summary>
internal sealed class RememberedHosts
{
    private const string FileName = "mesh-hosts.json";
    private const int MostBytes = 1024 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly string _broker;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly JsonObject _all;

    private RememberedHosts(string path, string broker, JsonObject all, TimeProvider clock)
    {
        (_path, _broker, _all, _clock) = (path, broker, all, clock);
        var oldest = (clock.GetUtcNow() - Lifetime).ToUnixTimeSeconds();
        foreach (var (host, value) in all[broker] as JsonObject ?? [])
        {
            if (value is JsonValue number && number.TryGetValue(out long time) && time > oldest)
            {
                _seen[host] = time;
            }
        }
    }

    /// <summary>Their names on the mesh.</summary>
    public IReadOnlyCollection<string> Names => _seen.Keys;

    /// <summary>Reads them. A file that cannot be read is as good as none.</summary>
    /// <param name="stateFolder">Where the file is.</param>
    /// <param name="broker">The broker, without a password.</param>
    /// <param name="clock">The clock.</param>
    public static RememberedHosts Read(string stateFolder, string broker, TimeProvider clock)
    {
        var path = Path.Combine(stateFolder, FileName);
        try
        {
            var all = File.Exists(path) ? WireJson.Read(UserFile.ReadAllBytes(path, MostBytes)) : null;
            return new RememberedHosts(path, broker, all ?? [], clock);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new RememberedHosts(path, broker, [], clock);
        }
    }

    /// <summary>These have responded just now.</summary>
    public void Keep(IEnumerable<string> hosts)
    {
        foreach (var host in hosts)
        {
            _seen[host] = _clock.GetUtcNow().ToUnixTimeSeconds();
        }

        try
        {
            OwnFolder.Create(Path.GetDirectoryName(_path)!);
            _all[_broker] = new JsonObject(_seen.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
            PlacedFile.Replace(_path, System.Text.Encoding.UTF8.GetBytes(_all.ToJsonString()));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the list is still right; only a host that hangs next time will not be missed
        }
    }
}
