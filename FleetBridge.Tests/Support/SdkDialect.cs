using System.Text.Json.Nodes;

namespace FleetBridge.Tests.Support;

/// <summary>How the server SDK of one language writes, connects and takes the loss of a connection.</summary>
internal sealed record SdkDialect
{
    /// <summary>Unreal's: TLS only, the query sorted and raw, empty texts and numbers that are not above zero left out, never back after 1000 and 1001.</summary>
    public static readonly SdkDialect Cpp = new()
    {
        Language = "Cpp",
        Version = "5.4.0",
        Target = server => "/?" + string.Join('&', Members(server).OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => $"{member.Key}={member.Value}")),
        Writes = value => value switch
        {
            null => false,
            JsonArray => true,
            JsonValue one when one.TryGetValue<string>(out var text) => text.Length > 0,
            JsonValue one when one.TryGetValue<int>(out var number) => number > 0,
            _ => true,
        },
        NewRequestId = () => Guid.NewGuid().ToString("N"),
        EndsAfter = code => code is 1000 or 1001,
        LeavesAsync = older => older.CloseAsync(1001),
    };

    /// <summary>The query raw and without a slash before it, nulls and defaults written, a ping before everything.</summary>
    public static readonly SdkDialect CSharp = new()
    {
        Language = "CSharp",
        Version = "5.5.0",
        Target = server => "/?" + string.Join('&', Members(server).Select(member => $"{member.Key}={member.Value}")),
        Writes = _ => true,
        NewRequestId = () => Guid.NewGuid().ToString(),
        PingsBeforeSending = true,
    };

    /// <summary>The query encoded, empties left out, six seconds for ActivateServerProcess.</summary>
    public static readonly SdkDialect Go = new()
    {
        Language = "Go",
        Version = "5.6.0",
        Target = server => "/?" + string.Join('&', Members(server).Select(member => $"{member.Key}={Uri.EscapeDataString(member.Value).Replace("%20", "+", StringComparison.Ordinal)}")),
        Writes = value => value switch
        {
            null => false,
            JsonValue one when one.TryGetValue<string>(out var text) => text.Length > 0,
            JsonValue one when one.TryGetValue<int>(out var number) => number != 0,
            _ => true,
        },
        NewRequestId = () => Guid.NewGuid().ToString(),
        LeavesAsync = async older =>
        {
            await Task.Delay(TimeSpan.FromSeconds(5));
            older.Abort();
        },
    };

    /// <summary>All three.</summary>
    public static IEnumerable<SdkDialect> All => [Cpp, CSharp, Go];

    public required string Language { get; init; }

    public required string Version { get; init; }

    /// <summary>Makes the target of the upgrade request.</summary>
    public required Func<FakeServer, string> Target { get; init; }

    /// <summary>Whether a member is written.</summary>
    public required Func<JsonNode?, bool> Writes { get; init; }

    public required Func<string> NewRequestId { get; init; }

    public bool PingsBeforeSending { get; init; }

    /// <summary>The close codes after which it never connects again.</summary>
    public Func<int, bool> EndsAfter { get; init; } = _ => false;

    /// <summary>What it does with its older connection when it was asked to move and has a newer one; the SDK for C# does nothing.</summary>
    public Func<SdkSocket, Task> LeavesAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>By its language.</summary>
    public static SdkDialect Of(string language) => All.Single(dialect => dialect.Language == language);

    /// <summary>Writes a request.</summary>
    public string Write(string action, string requestId, JsonObject members)
    {
        var message = new JsonObject { ["Action"] = action, ["RequestId"] = requestId };
        foreach (var (name, value) in members)
        {
            if (Writes(value))
            {
                message[name] = value?.DeepClone();
            }
        }

        return message.ToJsonString();
    }

    private static Dictionary<string, string> Members(FakeServer server) => new()
    {
        ["ComputeId"] = server.ComputeName,
        ["FleetId"] = server.FleetId,
        ["pID"] = server.ProcessId,
        ["sdkLanguage"] = server.Dialect.Language,
        ["sdkVersion"] = server.Dialect.Version,
        ["IdempotencyToken"] = server.IdempotencyToken,
        ["Authorization"] = server.AuthToken,
    };
}
