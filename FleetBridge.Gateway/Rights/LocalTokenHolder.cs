using System.Text.Json.Nodes;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Processes;

namespace FleetBridge.Gateway.Rights;

/// <summary>The process that a token is for: with its end the token has no use any more.</summary>
/// <param name="Machine">The machine: a state folder may be shared, and a container has process ids of its own.</param>
/// <param name="Process">The process there.</param>
internal sealed record LocalTokenHolder(string Machine, ProcessIdentity Process)
{
    /// <summary>This process.</summary>
    public static LocalTokenHolder Own => new(Environment.MachineName, ProcessIdentity.Own);

    /// <summary>Whether the process has ended, as far as this machine can know.</summary>
    public bool HasEnded => Machine == Environment.MachineName && !Process.IsRunning();

    public JsonObject ToJson() => new() { ["machine"] = Machine, ["pid"] = Process.Id, ["started"] = Process.Started };

    /// <returns>Null for none.</returns>
    public static LocalTokenHolder? Read(JsonNode? json) =>
        WireJson.Text(json, "machine") is { } machine
        && json!["pid"] is JsonValue pid && pid.TryGetValue<int>(out var id)
        && json["started"] is JsonValue time && time.TryGetValue<long>(out var started)
            ? new LocalTokenHolder(machine, new ProcessIdentity(id, started))
            : null;
}
