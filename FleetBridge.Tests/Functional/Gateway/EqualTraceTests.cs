using System.Globalization;
using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>A response goes to its caller only, whatever the consumers have written as id and trace_id.</summary>
public sealed class EqualTraceTests
{
    /// <summary>How many calls there are in all; 1000000 by hand.</summary>
    private const string CallsVariable = "FLEETBRIDGE_TEST_GATEWAY_CALLS";

    private const int Consumers = 200;
    private const int Together = 100;

    [Fact]
    public async Task Calls_with_equal_ids_and_trace_ids_each_have_their_own_response()
    {
        var calls = int.TryParse(Environment.GetEnvironmentVariable(CallsVariable), CultureInfo.InvariantCulture, out var asked) ? asked : 20_000;
        using var folder = new TemporaryFolder();
        await using var gateway = await OwnGateway.StartAsync(folder.Path);
        string[] tokens = [.. Enumerable.Range(0, 10).Select(user => gateway.NewToken(name: $"user{user}"))];
        var consumers = new List<GatewayConsumer>();
        for (var number = 0; number < Consumers; number++)
        {
            consumers.Add(await GatewayConsumer.GreetedAsync(gateway.Port, tokens[number % tokens.Length]));
        }

        var (right, wrong) = (0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Consumers), new ParallelOptions { MaxDegreeOfParallelism = Consumers }, async (number, _) =>
            {
                using var consumer = consumers[number];
                for (var round = 0; round < calls / Consumers / Together; round++)
                {
                    var good = await CallAsync(consumer, $"{number}-{round}");
                    Interlocked.Add(ref right, good);
                    Interlocked.Add(ref wrong, Together - good);
                }
            });
        Assert.Equal((calls, 0), (right, wrong));
    }

    /// <summary>Sends calls at once and reads their responses.</summary>
    /// <returns>How many were right.</returns>
    private static async Task<int> CallAsync(GatewayConsumer consumer, string name)
    {
        for (var call = 0; call < Together; call++)
        {
            await consumer.SendAsync("request", new JsonObject
            {
                ["id"] = $"{call}",
                ["trace_id"] = "same",
                ["service"] = "bridge",
                ["method"] = "any/1/step",
                ["ttl"] = 120_000,
                ["params"] = new JsonObject { ["text"] = $"{name}-{call}" },
            });
        }

        var seen = new HashSet<string>();
        for (var call = 0; call < Together; call++)
        {
            var response = await consumer.ReadAsync("response");
            var text = (string?)response["result"]?["Details"]?["text"];
            if (text == $"{name}-{response["id"]}" && (string?)response["trace_id"] == "same")
            {
                seen.Add(text);
            }
        }

        return seen.Count;
    }
}
