using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Output;

namespace FleetBridge.Commands;

/// <summary>
/// <c>servers --all</c>: the game servers of every host of the mesh, in one list within a second. Each host is asked as soon as it is
/// heard of; one that was there lately and is silent is named, since a frozen host announces nothing.
/// </summary>
internal static class AllServers
{
    /// <summary>From the connection to the list.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(0.75);

    /// <summary>Hosts spread their announcements over 200 ms.</summary>
    private static readonly TimeSpan DiscoverTime = TimeSpan.FromSeconds(0.35);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private sealed record HostList(string Host, IReadOnlyList<JsonObject> Servers, string? Problem);

    /// <summary>Prints them.</summary>
    public static async Task<ExitCode> PrintAsync(RabbitMqMesh mesh, RememberedHosts remembered, bool json, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var asked = new Dictionary<string, Task<HostList>>(StringComparer.Ordinal);
        void Ask(IEnumerable<string> hosts)
        {
            foreach (var host in hosts.Where(host => !asked.ContainsKey(host)))
            {
                asked[host] = AskAsync(mesh, host, Limit - clock.GetElapsedTime(began), cancellation);
            }
        }

        Ask(remembered.Names);
        while (clock.GetElapsedTime(began) < (asked.Count > 0 ? DiscoverTime : Limit))
        {
            Ask(mesh.Services.Where(name => name.StartsWith(MeshName.OneHost, StringComparison.Ordinal)));
            await Task.Delay(LookInterval, clock, cancellation).ConfigureAwait(false);
        }

        var lists = (await Task.WhenAll(asked.Values).ConfigureAwait(false)).OrderBy(list => list.Host, StringComparer.Ordinal).ToList();
        remembered.Keep(lists.Where(list => list.Problem is null).Select(list => list.Host));
        await PrintAsync(lists, json).ConfigureAwait(false);
        if (lists.Count == 0)
        {
            throw new UserException(
                ExitCode.Unreachable,
                "No host is on the mesh, or none has responded within a second. Start one with 'fleetbridge host --mesh …'.");
        }

        return lists.All(list => list.Problem is null) ? ExitCode.Success : ExitCode.ResultFalse;
    }

    private static async Task PrintAsync(List<HostList> lists, bool json)
    {
        var items = new JsonArray([.. lists.SelectMany(list => list.Servers)]);
        var missing = lists.Where(list => list.Problem is not null).ToList();
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject
            {
                ["items"] = items,
                ["hosts"] = WireJson.ArrayOf(lists.Where(list => list.Problem is null).Select(list => NameOf(list.Host))),
                ["missing"] = new JsonArray([.. missing.Select(list =>
                    (JsonNode)new JsonObject { ["host"] = NameOf(list.Host), ["problem"] = list.Problem })]),
            }).ConfigureAwait(false);
            return;
        }

        if (items.Count > 0)
        {
            Terminal.Out.Write(FleetTables.Servers(items, withHosts: true));
        }
        else if (lists.Count > missing.Count)
        {
            Terminal.WriteLine(Terminal.Out, "There are none.");
        }

        foreach (var list in missing)
        {
            Terminal.WriteError($"{list.Host} is missing: {list.Problem}");
        }
    }

    private static async Task<HostList> AskAsync(RabbitMqMesh mesh, string host, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var servers = new List<JsonObject>();
            string? next = null;
            do
            {
                var response = await mesh.CallAsync(
                    MeshAccess.CallOf(host, "GET /server", ParametersOf(next), limit), cancellation).ConfigureAwait(false);
                var page = JsonNode.Parse(response.Span);
                foreach (var item in (WireJson.Items(page, "items") ?? []).OfType<JsonObject>())
                {
                    var server = new JsonObject { ["host"] = NameOf(host) };
                    foreach (var (name, value) in item)
                    {
                        server[name] = value?.DeepClone();
                    }

                    servers.Add(server);
                }

                next = WireJson.Text(page, "next");
            }
            while (next is not null);
            return new HostList(host, servers, null);
        }
        catch (MeshException exception)
        {
            return new HostList(host, [], VisibleText.Of(exception.Error.Description));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new HostList(host, [], "its response is no list of servers");
        }
    }

    private static JsonElement ParametersOf(string? next)
    {
        var parameters = new JsonObject { ["limit"] = 1000 };
        if (next is not null)
        {
            parameters["after"] = next;
        }

        return JsonElement.Parse(parameters.ToJsonString());
    }

    private static string NameOf(string host) => host[MeshName.OneHost.Length..];
}
