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
}

/// <summary>The body of POST /server: a server of this worker alone, of which its host knows nothing.</summary>
internal sealed record LocalServerRequest
{
    public string? GameId { get; init; }

    public ServerConfiguration? Configuration { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(ServerObject))]
[JsonSerializable(typeof(Page<ServerObject>))]
[JsonSerializable(typeof(CommandObject))]
[JsonSerializable(typeof(LocalServerRequest))]
internal sealed partial class WorkerApiJson : JsonSerializerContext;
