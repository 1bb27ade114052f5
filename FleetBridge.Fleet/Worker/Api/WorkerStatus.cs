using System.Text.Json.Serialization;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Worker.Api;

/// <summary>The response of GET /status.</summary>
internal sealed record WorkerStatus
{
    public required string Id { get; init; }

    public required WorkerState Status { get; init; }

    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }

    public long? DiskFreeBytes { get; init; }

    /// <summary>What each server uses.</summary>
    public required IReadOnlyList<ServerFigures> Servers { get; init; }

    /// <summary>The link to the host; null while there is none.</summary>
    public HostLinkStatus? HostLink { get; init; }

    /// <summary>Its JSON; see <see cref="RestingJson"/>.</summary>
    public byte[] ToJson() => RestingJson.Write(json =>
    {
        json.WriteString("id", Id);
        json.WriteString("status", Status switch
        {
            WorkerState.Alive => "alive",
            WorkerState.Frozen => "frozen",
            WorkerState.Shutdown => "shutdown",
            _ => "unknown",
        });
        RestingJson.WriteFigures(json, CpuPercent, MemoryBytes, DiskFreeBytes, Servers);
        if (HostLink is not { } link)
        {
            json.WriteNull("host_link");
            return;
        }

        json.WriteStartObject("host_link");
        RestingJson.WriteTime(json, "connected_since", link.ConnectedSince);
        json.WriteNumber("attempts", link.Attempts);
        RestingJson.WriteTime(json, "next_try_at", link.NextTryAt);
        json.WriteString("last_end", link.LastEnd);
        json.WriteNumber("unacknowledged", link.Unacknowledged);
        json.WriteNumber("oldest_seconds", link.OldestSeconds);
        json.WriteString("refusal", link.Refusal);
        json.WriteEndObject();
    });
}

/// <summary>The link to the host.</summary>
internal sealed record HostLinkStatus
{
    /// <summary>Null while it is not connected.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>How often it was tried since it was last connected.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>How the last connection, or the last attempt, ended.</summary>
    public string? LastEnd { get; init; }

    /// <summary>Messages that the host has not acknowledged.</summary>
    public long Unacknowledged { get; init; }

    /// <summary>How long the oldest of them waits.</summary>
    public double OldestSeconds { get; init; }

    /// <summary>Why the host refuses this worker; null while it does not.</summary>
    public string? Refusal { get; init; }
}

/// <summary>The body of POST /server: a server of this worker alone, of which its host knows nothing.</summary>
internal sealed record LocalServerRequest
{
    public string? GameId { get; init; }

    public ServerConfiguration? Configuration { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(ServerObject))]
[JsonSerializable(typeof(Page<ServerObject>))]
[JsonSerializable(typeof(CommandObject))]
[JsonSerializable(typeof(LocalServerRequest))]
internal sealed partial class WorkerApiJson : JsonSerializerContext;
