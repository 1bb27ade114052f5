using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;

namespace FleetBridge.Fleet.Local;

/// <summary>A game server that the user starts, in an IDE: what it has to be given.</summary>
internal static class ExecServer
{
    /// <summary>Its id in the fleet. It stays the same: the IDE's settings are made once, and each start is a new life.</summary>
    public const string ProcessId = "local-exec";

    /// <summary>As JSON.</summary>
    public static JsonObject ToJson(ServerVariables variables) => new()
    {
        ["event"] = "exec",
        ["environment"] = new JsonObject(variables.Environment.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Value))),
        ["arguments"] = WireJson.ArrayOf(variables.Flags),
    };

    /// <summary>For a person: lines to copy into an IDE's settings.</summary>
    public static IEnumerable<string> ToLines(JsonObject exec) =>
    [
        "Environment variables:",
        .. exec["environment"]!.AsObject().Select(one => $"  {one.Key}={one.Value}"),
        "Arguments, for a game that reads them itself:",
        $"  {string.Join(' ', WireJson.Texts(exec, "arguments"))}",
    ];
}
