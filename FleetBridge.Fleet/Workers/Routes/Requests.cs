using System.Text.Json.Serialization;
using FleetBridge.Fleet.Servers;

namespace FleetBridge.Fleet.Workers.Routes;

/// <summary>The body of POST /server.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record CreateServerRequest
{
    /// <summary>steamcmd:&lt;app id&gt;, docker:&lt;image&gt; or folder:&lt;absolute path&gt;.</summary>
    public string? GameId { get; init; }

    /// <summary>The worker; null for the one with the fewest servers.</summary>
    public string? WorkerId { get; init; }

    public ServerConfiguration? Configuration { get; init; }
}

/// <summary>The body of PUT /server/{id}.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ConfigureServerRequest
{
    public ServerConfiguration? Configuration { get; init; }
}

/// <summary>The body of POST /server/{id}/command.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record CommandRequest
{
    public CommandType? Type { get; init; }

    /// <summary>The line for stdin.</summary>
    public string? Text { get; init; }

    /// <summary>How long it may wait to be begun; 60 by default.</summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>The type, which a command has to have.</summary>
    /// <exception cref="ServerException">It is missing.</exception>
    public CommandType RequireType() =>
        Type ?? throw new ServerException("invalid_command", "type is missing: start, stop, restart, kill, update or stdin.");
}

/// <summary>The body of POST /worker/{id}.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record RegisterWorkerRequest
{
    public string? Name { get; init; }

    public string? Address { get; init; }

    public string? ApiUrl { get; init; }

    /// <summary>The join token of a new worker on another machine. A worker's own secret comes as a bearer token.</summary>
    public string? JoinToken { get; init; }
}

/// <summary>The body of PUT /worker/{id}.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record UpdateWorkerRequest
{
    public string? Name { get; init; }

    /// <summary>frozen, alive (thaws it) or shutdown.</summary>
    public WorkerState? Status { get; init; }
}

/// <summary>The body of POST /server/{id}/health.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ServerHealthRequest
{
    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }
}

/// <summary>The response of GET /server/{id}/health.</summary>
internal sealed record ServerHealthObject
{
    public required ServerState State { get; init; }

    /// <summary>Whether it is ready.</summary>
    public required bool Healthy { get; init; }

    public double? CpuPercent { get; init; }

    public long? MemoryBytes { get; init; }
}

/// <summary>The response of POST /worker: what a worker sends to register.</summary>
internal sealed record WorkerInvitation
{
    /// <summary>A free id.</summary>
    public required string Id { get; init; }

    /// <summary>Where to POST name, address and api_url.</summary>
    public required string Register { get; init; }

    /// <summary>The address of the link's WebSocket.</summary>
    public required string Link { get; init; }

    /// <summary>How often it should report its health.</summary>
    public required double HealthIntervalSeconds { get; init; }
}

/// <summary>The response of POST /join-token.</summary>
internal sealed record JoinTokenObject
{
    /// <summary>The token; it is nowhere else.</summary>
    public required string Token { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The SHA-256 of the host's certificate, which the worker shows when it joins.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>A problem as RFC 9457 has it.</summary>
internal sealed record ProblemObject
{
    /// <summary>Always <c>about:blank</c>: <see cref="Code"/> says what it is.</summary>
    public string Type { get; set; } = "about:blank";

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    public required int Status { get; init; }

    /// <summary>What is wrong, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>A name for programs.</summary>
    public required string Code { get; init; }

    /// <summary>Each thing that is wrong with a configuration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ConfigurationProblem>? Errors { get; init; }
}

/// <summary>The JSON of the routes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(UtcTime)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CreateServerRequest))]
[JsonSerializable(typeof(ConfigureServerRequest))]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(RegisterWorkerRequest))]
[JsonSerializable(typeof(UpdateWorkerRequest))]
[JsonSerializable(typeof(ServerHealthRequest))]
[JsonSerializable(typeof(ServerHealthObject))]
[JsonSerializable(typeof(WorkerInvitation))]
[JsonSerializable(typeof(JoinTokenObject))]
[JsonSerializable(typeof(ProblemObject))]
internal sealed partial class RouteJson : JsonSerializerContext;
