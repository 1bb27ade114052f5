using System.Text.Json;
using System.Text.Json.Serialization;

namespace FleetBridge.Fleet.Servers;

/// <summary>Writes an enum's members in snake case, and reads nothing else.</summary>
/// <typeparam name="T">The enum.</typeparam>
internal sealed class SnakeCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
