using System.Text.Json;
using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Servers;

/// <summary>The JSON of everything in this room: snake case, times in UTC.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(ServerConfiguration))]
[JsonSerializable(typeof(ServerObject))]
[JsonSerializable(typeof(WorkerObject))]
[JsonSerializable(typeof(CommandObject))]
[JsonSerializable(typeof(Page<ServerObject>))]
[JsonSerializable(typeof(Page<WorkerObject>))]
[JsonSerializable(typeof(Page<CommandObject>))]
[JsonSerializable(typeof(WorkerHello))]
[JsonSerializable(typeof(DesiredServers))]
[JsonSerializable(typeof(DesiredServer))]
[JsonSerializable(typeof(ObservedServer))]
[JsonSerializable(typeof(WorkerCommand))]
[JsonSerializable(typeof(CommandOutcome))]
[JsonSerializable(typeof(WorkerHealth))]
[JsonSerializable(typeof(LogRequest))]
[JsonSerializable(typeof(LogChunk))]
[JsonSerializable(typeof(LogCredit))]
[JsonSerializable(typeof(LogCancel))]
[JsonSerializable(typeof(SdkHealth))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    /// <summary>For what users write: a member that nobody knows is an error there, since it is nearly always a typing error.</summary>
    public static ServerJson Strict { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new UtcTime() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });
}
