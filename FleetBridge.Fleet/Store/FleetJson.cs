using System.Text.Json;
using System.Text.Json.Serialization;
using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Store;

/// <summary>The records as JSON documents. Members that a later version adds are read as absent from older documents.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AnywhereFleet))]
[JsonSerializable(typeof(Location))]
[JsonSerializable(typeof(ResourceTags))]
[JsonSerializable(typeof(Compute))]
[JsonSerializable(typeof(AuthToken))]
[JsonSerializable(typeof(Alias))]
[JsonSerializable(typeof(GameSessionQueue))]
[JsonSerializable(typeof(Placement))]
[JsonSerializable(typeof(FleetEvent))]
[JsonSerializable(typeof(ServerProcess))]
[JsonSerializable(typeof(GameSession))]
[JsonSerializable(typeof(PlayerSession))]
[JsonSerializable(typeof(FleetWorker))]
[JsonSerializable(typeof(PlacedServer))]
[JsonSerializable(typeof(ServerObservation))]
[JsonSerializable(typeof(ServerCommand))]
[JsonSerializable(typeof(JoinToken))]
internal sealed partial class FleetJson : JsonSerializerContext
{
    public static void Write(Utf8JsonWriter json, IRecord record) => JsonSerializer.Serialize(json, record, record.GetType(), Default);

    /// <exception cref="JsonException">It is no document of that type.</exception>
    public static IRecord Read(string document, Type type) =>
        (IRecord)(JsonSerializer.Deserialize(document, type, Default) ?? throw new JsonException("The document is null."));
}
