using System.Text.Json.Nodes;
using FleetBridge.Tests.Support;

namespace FleetBridge.Tests.Functional.Gateway;

/// <summary>A response goes to its caller only, whatever the consumers have written as id and trace_id. A million of them is a figure.</summary>
public sealed class EqualTraceTests
{
    private const int Consumers = 200;
    private const int Each = 100;

    [Fact]
    public async Task Twenty_thousand_calls_with_equal_ids_and_trace_ids_each_have_their_own_response()
    {
        using var folder = new TemporaryFolder();
        await using var gateway = await OwnGateway.StartAsync(folder.Path);
        string[] tokens = [.. Enumerable.Range(0, 10).Select(user => gateway.NewToken(name: $"user{user}"))];
        var consumers = new List<GatewayConsumer>();
        for (var number = 0; number < Consumers; number++)
        {
            consumers.Add(await GatewayConsumer.GreetedAsync(gateway.Port, tokens[number % tokens.Length]));
        }

        var wrong = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Consumers), new ParallelOptions { MaxDegreeOfParallelism = Consumers }, async (number, _) =>
            {
                using var consumer = consumers[number];
                for (var call = 0; call < Each; call++)
                {
                    await consumer.SendAsync("request", new JsonObject
                    {
                        ["id"] = $"{call}",
                        ["trace_id"] = "same",
                        ["service"] = "bridge",
                        ["method"] = "any/1/step",
                        ["ttl"] = 120_000,
                        ["params"] = new JsonObject { ["text"] = $"{number}-{call}" },
                    });
                }

                var seen = new HashSet<string>();
                for (var call = 0; call < Each; call++)
                {
                    var response = await consumer.ReadAsync("response");
                    var text = (string?)response["result"]?["Details"]?["text"];
                    if (text != $"{number}-{response["id"]}" || !seen.Add(text) || (string?)response["trace_id"] != "same")
                    {
                        Interlocked.Increment(ref wrong);
                    }
                }
            });
        Assert.Equal(0, wrong);
    }
}
