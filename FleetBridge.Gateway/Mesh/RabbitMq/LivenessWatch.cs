using System.Text.Json;
using System.Text.Json.Nodes;
using FleetBridge.Gateway.Rights;
using FleetBridge.Gateway.Wire;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>
/// Asks processes of ours whether they still run a call. The question comes back where the process has gone, and one that has started
/// again says that it knows nothing of the call: its caller is told within seconds, and not at its deadline.
/// </summary>
internal static class LivenessWatch
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly Identity Nobody = new("mesh", "mesh", Role.Viewer);

    /// <summary>Looks at the calls that are older than a moment, all of a service with one question.</summary>
    public static async Task LookAsync(PendingCalls pending, RabbitMqMesh mesh, TimeProvider clock)
    {
        var groups = pending.All
            .Where(one => MeshName.IsOneOfOurs(one.Value.Service) && clock.GetElapsedTime(one.Value.Began) > Interval)
            .GroupBy(one => one.Value.Service, StringComparer.Ordinal)
            .ToList();
        foreach (var group in groups)
        {
            await LookAsync(pending, mesh, group.Key, [.. group]).ConfigureAwait(false);
        }
    }

    private static async Task LookAsync(
        PendingCalls pending, RabbitMqMesh mesh, string service, IReadOnlyList<KeyValuePair<string, PendingCall>> calls)
    {
        HashSet<string> running;
        try
        {
            var response = await mesh.CallAsync(QuestionOf(service, calls), CancellationToken.None).ConfigureAwait(false);
            running = [.. JsonNode.Parse(response.Span)?["running"]?.AsArray().Select(one => one?.ToString() ?? "") ?? []];
        }
        catch (MeshException exception) when (exception.Error.Error == WireError.Unavailable && mesh.IsConnected)
        {
            running = [];
        }
        catch (Exception exception) when (exception is MeshException or JsonException or InvalidOperationException)
        {
            return;
        }

        foreach (var (id, call) in calls)
        {
            call.Missed = running.Contains(id) ? 0 : call.Missed + 1;

            // its response was sent before the answer to our question, on the same channel: it would be here
            if (call.Missed > 0)
            {
                pending.Fail(id, new WireError(
                    WireError.Interrupted, $"{service} ended, or lost the broker, while it ran the call. What it has changed so far stays. Check, and call it again."));
            }
        }
    }

    private static MeshCall QuestionOf(string service, IReadOnlyList<KeyValuePair<string, PendingCall>> calls) => new()
    {
        Id = "running",
        Service = service,
        Method = ServedCalls.RunningMethod,
        Params = JsonElement.Parse(new JsonObject { ["calls"] = new JsonArray([.. calls.Select(one => (JsonNode)one.Key)]) }.ToJsonString()),
        Caller = Nobody,
        Ttl = TimeSpan.FromSeconds(5),
        Permit = static _ => { },
    };
}
