using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Processes;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;
using FleetBridge.Output;
using Spectre.Console;

namespace FleetBridge.Commands;

/// <summary>Lists that are made by asking many services at once. One that does not respond is named, and delays the others by a second at most.</summary>
internal static class MeshListing
{
    /// <summary>Ours announce themselves as soon as they are asked.</summary>
    private static readonly TimeSpan DiscoverTime = TimeSpan.FromSeconds(0.5);

    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(1);

    /// <summary>The services with what is known of them.</summary>
    public static async Task<JsonArray> ListAsync(RabbitMqMesh mesh, bool describe, CancellationToken cancellation)
    {
        await DiscoverAsync(mesh, cancellation).ConfigureAwait(false);
        var asked = mesh.Known.Select(known => AskAsync(mesh, known, describe, cancellation)).ToList();
        return [.. await Task.WhenAll(asked).ConfigureAwait(false)];
    }

    /// <summary>Prints the game servers of every host.</summary>
    public static async Task<ExitCode> PrintServersAsync(RabbitMqMesh mesh, bool json, CancellationToken cancellation)
    {
        await DiscoverAsync(mesh, cancellation).ConfigureAwait(false);
        var hosts = mesh.Services.Where(name => name.StartsWith(MeshName.OneHost, StringComparison.Ordinal)).ToList();
        var lists = await Task.WhenAll(hosts.Select(host => ServersAsync(mesh, host, cancellation))).ConfigureAwait(false);
        var missing = lists.Where(list => list.Problem is not null).ToList();
        if (json)
        {
            await Responses.PrintJsonAsync(new JsonObject
            {
                ["servers"] = new JsonArray([.. lists.SelectMany(list => list.Servers)]),
                ["missing"] = new JsonArray([.. missing.Select(list => (JsonNode)new JsonObject { ["host"] = list.Host, ["problem"] = list.Problem })]),
            }).ConfigureAwait(false);
        }
        else
        {
            var table = new Table().AddColumns("Host", "Id", "Name", "State");
            foreach (var server in lists.SelectMany(list => list.Servers))
            {
                table.AddRow(
                    Terminal.Cell(server["host"]?.ToString()), Terminal.Cell(server["id"]?.ToString()), Terminal.Cell(server["name"]?.ToString()),
                    Terminal.Cell((server["state"] ?? server["status"])?.ToString()));
            }

            Terminal.Out.Write(table);
            foreach (var list in missing)
            {
                Terminal.WriteError($"{list.Host} is missing: {list.Problem}");
            }
        }

        return missing.Count == 0 ? ExitCode.Success : ExitCode.ResultFalse;
    }

    private static async Task<(string Host, IReadOnlyList<JsonObject> Servers, string? Problem)> ServersAsync(
        RabbitMqMesh mesh, string host, CancellationToken cancellation)
    {
        try
        {
            var response = await mesh.CallAsync(MeshAccess.CallOf(host, "servers", default, AskLimit), cancellation).ConfigureAwait(false);
            var items = JsonNode.Parse(response.Span)?["items"]?.AsArray().OfType<JsonObject>().Select(item => item.DeepClone().AsObject()).ToList() ?? [];
            items.ForEach(item => item["host"] = host[MeshName.OneHost.Length..]);
            return (host, items, null);
        }
        catch (MeshException exception)
        {
            return (host, [], exception.Error.Description);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (host, [], "its response is no list of servers");
        }
    }

    private static async Task<JsonNode> AskAsync(RabbitMqMesh mesh, KnownService known, bool describe, CancellationToken cancellation)
    {
        var queue = await mesh.QueueAsync(known.Name, cancellation).ConfigureAwait(false);
        var json = new JsonObject
        {
            ["service"] = known.Name,
            ["machine"] = known.Machine,
            ["version"] = known.Version,
            ["consumers"] = queue?.Consumers,
            ["waiting"] = queue?.Waiting,
        };
        if (!describe)
        {
            return json;
        }

        try
        {
            var response = await mesh.CallAsync(
                MeshAccess.CallOf(known.Name, ServiceDescription.Method, default, AskLimit), cancellation).ConfigureAwait(false);
            json["methods"] = JsonNode.Parse(response.Span)?["methods"]?.DeepClone();
        }
        catch (MeshException exception)
        {
            json["problem"] = VisibleText.Of(exception.Error.Description);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            json["problem"] = "its description cannot be read";
        }

        return json;
    }

    private static async Task DiscoverAsync(RabbitMqMesh mesh, CancellationToken cancellation)
    {
        mesh.List();
        await Task.Delay(DiscoverTime, TimeProvider.System, cancellation).ConfigureAwait(false);
    }
}
