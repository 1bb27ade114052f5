using System.Text.Json.Nodes;
using FleetBridge.Backends;

/// <summary>A backend that is built as an assembly, and compiled by the bridge as a script: without a namespace, which a
/// script has not.</summary>
public sealed class ScriptLoadBackend : Backend
{
    public override BackendMetadata Metadata =>
        new("Script load", "For benchmarks.", [new("Thing", "A thing.", [new("Check", "/deployment/thing/check")])]);

    public override IReadOnlyList<Resource> Resources { get; } = [new Thing()];
}

/// <summary>Its check answers at once, with loops and a method in it: that is where a script is checked.
/// </summary>
public sealed class Thing : Resource
{
    private const string Build = "build-0";

    public override string Path => "deployment/thing";

    public override IReadOnlyList<Operation> Operations => [Operation.Check(CheckAsync)];

    private static async Task<BackendResult> CheckAsync(BackendContext context)
    {
        var parts = new JsonArray();
        for (var i = 0; i < 10; i++)
        {
            parts.Add((JsonNode)Describe(i));
        }

        await Task.CompletedTask;
        return BackendResult.Success(new() { ["State"] = "ACTIVE", ["Build"] = Build, ["Parts"] = parts });
    }

    private static string Describe(int part)
    {
        var sum = 0;
        foreach (var word in new[] { "fleet", "build", "alias" })
        {
            sum += word.Length * part;
        }

        return $"part {part} of {sum}";
    }
}
