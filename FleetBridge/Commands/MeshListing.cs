using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Core.Text;
using FleetBridge.Gateway.Mesh;
using FleetBridge.Gateway.Mesh.RabbitMq;

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
