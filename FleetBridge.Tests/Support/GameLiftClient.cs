using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>AWS's own JavaScript client of the GameLift API, in a Node that calls what it is told.</summary>
internal static class GameLiftClient
{
    private const string FolderVariable = "FLEETBRIDGE_TEST_NODE";

    /// <summary>Where its packages are: what .ci/run installs from Fixtures/GameLiftClient.</summary>
    public static string Folder { get; } = Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "fleetbridge-tests", "gamelift-client");

    /// <summary>Whether it can run.</summary>
    public static bool IsInstalled => Directory.Exists(Path.Combine(Folder, "node_modules", "@aws-sdk", "client-gamelift"));

    /// <summary>Calls operations one after the other.</summary>
    /// <param name="endpoint">Where the API is.</param>
    /// <param name="wire"><c>json</c> or <c>cbor</c>.</param>
    /// <param name="calls">Each operation with its input. A text such as <c>$0.GameSession.GameSessionId</c> stands for what the first
    /// answer had there.</param>
    /// <returns>A JSON object for each: output, requestId and status, or error, message, isKnown and status.</returns>
    public static async Task<List<JsonObject>> CallAsync(Uri endpoint, string wire, params (string Operation, string Input)[] calls)
    {
        var script = Path.Combine(Repository.Root, "FleetBridge.Tests", "Fixtures", "GameLiftClient", "call.cjs");
        var lines = calls.Select(call => new JsonObject { ["operation"] = call.Operation, ["input"] = JsonNode.Parse(call.Input) }.ToJsonString());
        var output = await RealClient.RunAsync(
            "node", [script, endpoint.ToString(), wire], string.Join('\n', lines), ("NODE_PATH", Path.Combine(Folder, "node_modules")));
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];
    }
}
