using System.Text;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Topics;

namespace FleetBridge.Gateway.Fleet;

/// <summary>
/// Items of a host, which are looked at while somebody listens: an event has those that have changed and the ids of those that are gone.
/// When the first one comes after a pause, the topic begins again, since nobody has looked meanwhile.
/// </summary>
/// <param name="name">The topic.</param>
/// <param name="epoch">Which run it is.</param>
/// <param name="sources">For each kind of item, how the list is read, and which member of an item is its id.</param>
/// <param name="clock">The clock.</param>
internal sealed class PolledTopic(
    string name,
    string epoch,
    IReadOnlyList<PolledItems> sources,
    TimeProvider clock) : StoredTopic(name, epoch), IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Dictionary<string, string>> _known = [];
    private CancellationTokenSource? _ending;
    private bool? _isReachable;

    /// <summary>What a consumer is told when it begins.</summary>
    public JsonNode State()
    {
        var state = new JsonObject { ["reachable"] = _isReachable };
        foreach (var (kind, items) in _known)
        {
            state[kind] = new JsonArray([.. items.Values.Select(item => JsonNode.Parse(item))]);
        }

        return state;
    }

    public void Dispose()
    {
        lock (Lock)
        {
            OnLast();
        }
    }

    protected override void OnFirst()
    {
        Restart();
        _known.Clear();
        _isReachable = null;
        _ending = new CancellationTokenSource();
        _ = PollAsync(_ending.Token);
    }

    protected override void OnLast()
    {
        _ending?.Cancel();
        _ending = null;
    }

    private async Task PollAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                var lists = new Dictionary<string, JsonArray>();
                var isReachable = true;
                try
                {
                    foreach (var source in sources)
                    {
                        lists[source.Kind] = Items(await source.ReadAsync(ending).ConfigureAwait(false), source.Member);
                    }
                }
                catch (MeshException)
                {
                    isReachable = false;
                }

                lock (Lock)
                {
                    if (ending.IsCancellationRequested)
                    {
                        return;
                    }

                    Compare(lists, isReachable);
                }

                await Task.Delay(Interval, clock, ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // nobody listens any more
        }
    }

    private static JsonArray Items(ReadOnlyMemory<byte> json, string member) =>
        WireJson.Items(WireJson.Read(json.Span), member) ?? [];

    private void Compare(Dictionary<string, JsonArray> lists, bool isReachable)
    {
        var change = new JsonObject();
        if (isReachable != _isReachable)
        {
            change["reachable"] = isReachable;
            _isReachable = isReachable;
        }

        foreach (var source in isReachable ? sources : [])
        {
            var before = _known.GetValueOrDefault(source.Kind) ?? [];
            var now = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var item in lists[source.Kind].OfType<JsonObject>())
            {
                if (WireJson.Text(item, source.Id) is { } id)
                {
                    now[id] = item.ToJsonString();
                }
            }

            var changed = now.Where(one => before.GetValueOrDefault(one.Key) != one.Value).Select(one => JsonNode.Parse(one.Value)).ToArray();
            var gone = before.Keys.Where(id => !now.ContainsKey(id)).Select(id => (JsonNode)id).ToArray();
            _known[source.Kind] = now;
            if (changed.Length > 0)
            {
                change[source.Kind] = new JsonArray(changed);
            }

            if (gone.Length > 0)
            {
                change[$"removed_{source.Kind}"] = new JsonArray(gone);
            }
        }

        if (change.Count > 0)
        {
            Publish(Encoding.UTF8.GetBytes(change.ToJsonString()));
        }
    }
}

/// <summary>A list of a host's items.</summary>
/// <param name="Kind">What they are, such as <c>servers</c>.</param>
/// <param name="Member">The member of the response that has them.</param>
/// <param name="Id">The member of an item that is its id.</param>
/// <param name="ReadAsync">Reads the list.</param>
internal sealed record PolledItems(string Kind, string Member, string Id, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> ReadAsync);
