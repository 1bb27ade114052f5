using System.Text.Json.Nodes;
using FleetBridge.Gateway.Consumers;
using FleetBridge.Gateway.Rights;

namespace FleetBridge.Gateway.Topics;

/// <summary>Who is there: comings and goings of each user's connections, for who asks.</summary>
internal static class PresenceTopic
{
    public const string TopicName = "presence";

    /// <summary>Creates the topic of a registry.</summary>
    public static StoredTopic Of(ConsumerRegistry registry, string epoch)
    {
        var topic = new StoredTopic(TopicName, epoch)
        {
            Snapshot = () => new JsonArray([.. registry.Users.Select(one => (JsonNode)new JsonObject
            {
                ["user_id"] = one.User.UserId,
                ["username"] = one.User.Username,
                ["connections"] = one.Connections,
            })]),
        };
        registry.Registered += consumer => topic.Publish(Event(consumer, "joined"));
        registry.Unregistered += consumer => topic.Publish(Event(consumer, "left"));
        return topic;
    }

    private static JsonObject Event(Consumer consumer, string what) => new()
    {
        ["state"] = what,
        ["user_id"] = consumer.Identity!.UserId,
        ["username"] = consumer.Identity.Username,
        ["role"] = consumer.Identity.Role.NameOf(),
        ["session_id"] = consumer.Id,
    };
}
