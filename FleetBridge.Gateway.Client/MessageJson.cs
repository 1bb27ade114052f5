using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace FleetBridge.Gateway.Client;

[JsonSerializable(typeof(JsonObject))]
internal sealed partial class MessageJson : JsonSerializerContext;
