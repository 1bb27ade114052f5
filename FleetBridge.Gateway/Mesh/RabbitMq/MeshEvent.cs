using System.Text.Json;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>An event of the mesh.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Event">Any JSON.</param>
/// <param name="Context">An object.</param>
/// <param name="CorrelationId">Its id; that of the request which has led to it, where there is one.</param>
internal sealed record MeshEvent(string Topic, JsonElement Event, JsonElement Context, string CorrelationId);

/// <summary>Patterns of topics as AMQP has them: words between dots, <c>*</c> for one of them, <c>#</c> for any number.</summary>
internal static class TopicPattern
{
    /// <summary>Whether a topic fits.</summary>
    public static bool Matches(string pattern, string topic) =>
        pattern == topic || pattern == "#" || (pattern.AsSpan().ContainsAny('*', '#') && Matches(pattern.Split('.'), topic.Split('.')));

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> topic)
    {
        if (pattern.IsEmpty)
        {
            return topic.IsEmpty;
        }

        if (pattern[0] == "#")
        {
            for (var taken = 0; taken <= topic.Length; taken++)
            {
                if (Matches(pattern[1..], topic[taken..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !topic.IsEmpty && (pattern[0] == "*" || pattern[0] == topic[0]) && Matches(pattern[1..], topic[1..]);
    }
}
