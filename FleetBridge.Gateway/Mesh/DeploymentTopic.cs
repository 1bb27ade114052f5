using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Requests;
using FleetBridge.Gateway.Topics;

namespace FleetBridge.Gateway.Mesh;

/// <summary>What operations do, whoever has asked for them: the editor, a command line, a script, or the page.</summary>
internal static class DeploymentTopic
{
    public const string TopicName = "deployments";

    private const int MostKnown = 1_000;

    /// <summary>Creates the topic of a bridge.</summary>
    public static StoredTopic Of(OperationEvents events, string epoch, TimeProvider clock)
    {
        var gate = new Lock();
        var last = new Dictionary<(string, string, string, string), byte[]>();
        var topic = new StoredTopic(TopicName, epoch)
        {
            Snapshot = () =>
            {
                lock (gate)
                {
                    return new JsonArray([.. last.Values.Select(json => JsonNode.Parse(json))]);
                }
            },
        };
        events.Happened += happened =>
        {
            var json = Write(happened, clock.GetUtcNow());
            lock (gate)
            {
                if (last.Count < MostKnown || last.ContainsKey((happened.Backend, happened.Resource, happened.Operation, happened.Prefix)))
                {
                    last[(happened.Backend, happened.Resource, happened.Operation, happened.Prefix)] = json;
                }
            }

            topic.Publish(json);
        };
        return topic;
    }

    private static byte[] Write(OperationEvent happened, DateTimeOffset now) => MeshJson.Write(new JsonObject
    {
        ["backend"] = happened.Backend,
        ["resource"] = happened.Resource,
        ["operation"] = happened.Operation,
        ["prefix"] = happened.Prefix,
        ["state"] = happened.Response is null ? "running" : "ended",
        ["time"] = now.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["result"] = happened.Response is { } response ? ResponseMessage.ToJson(response) : null,
    });
}
