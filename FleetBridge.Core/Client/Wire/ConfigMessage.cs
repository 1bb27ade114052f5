using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client.Wire;

/// <summary>The response to <c>/config</c>: one member a setting, named by its key, with its value or null.</summary>
internal static class ConfigMessage
{
    /// <summary>Where a response to this path has its details.</summary>
    public const ResponseShape Shape = ResponseShape.Flat;

    /// <summary>Writes it.</summary>
    /// <param name="settings">The settings, defaults filled in.</param>
    public static BridgeResponse Write(Settings settings)
    {
        var members = new JsonObject();
        foreach (var (key, value) in settings.All)
        {
            members[key] = value;
        }

        return BridgeResponse.Completed(BackendResult.Success(members)) with { Shape = Shape };
    }

    /// <summary>Reads it.</summary>
    /// <param name="response">The response to a request without parameters, which has the defaults.</param>
    /// <returns>The settings, without a description.</returns>
    public static IReadOnlyList<SettingOutline> Read(BridgeResponse response) =>
        [.. (response.Details ?? []).Select(member => new SettingOutline(member.Key, "", member.Value?.ToString()))];
}
