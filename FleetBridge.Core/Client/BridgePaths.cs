using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using FleetBridge.Backends;
using FleetBridge.Core.Client.Wire;
using FleetBridge.Core.Hosting;
using FleetBridge.Core.Requests;

namespace FleetBridge.Core.Client;

/// <summary>The paths that the bridge itself responds to, for every backend.</summary>
internal static class BridgePaths
{
    /// <summary>What the editor shows of a backend.</summary>
    public const string Metadata = "metadata";

    /// <summary>The settings with their defaults.</summary>
    public const string Config = "config";

    /// <summary>The resources in the order in which they are created.</summary>
    public const string Resources = "resources";

    /// <summary>The backend's own checks of its environment.</summary>
    public const string Doctor = "doctor";

    /// <summary>The responses that are the same for as long as a build serves. They do not keep it in memory, and go with it.</summary>
    private static readonly ConditionalWeakTable<BackendGeneration, FixedResponses> Fixed = new();

    public static readonly BridgePathTable Table = new(
        (Metadata, request => new(Fixed.GetValue(request.Generation, FixedResponses.Write).Metadata)),
        (Config, request => RespondAsync(request, settings => new(ConfigMessage.Write(settings)))),
        (Resources, request => new(Fixed.GetValue(request.Generation, FixedResponses.Write).Resources)),
        (Doctor, request => RespondAsync(request, async settings =>
            ChecksMessage.Write(await EnvironmentCheckRunner.RunAsync(request, settings).ConfigureAwait(false)))));

    /// <summary>Where the response to a request has its details.</summary>
    /// <param name="request">The request.</param>
    public static ResponseShape ShapeOf(BackendRequest request) =>
        request.Segments is [Config] ? ConfigMessage.Shape : ResponseShape.Nested;

    private static async ValueTask<BridgeResponse> RespondAsync(LeasedRequest request, Func<Settings, ValueTask<BridgeResponse>> respond)
    {
        var (settings, refusal) = await request.ResolveSettingsAsync().ConfigureAwait(false);
        return settings is null ? BridgeResponse.Completed(refusal!) : await respond(settings).ConfigureAwait(false);
    }

    private sealed class FixedResponses(BackendGeneration generation)
    {
        private readonly Lazy<WrittenResponse> _metadata = new(() => WriteAhead(MetadataMessage.Write(generation.Metadata)));
        private readonly Lazy<WrittenResponse> _resources = new(() => WriteAhead(ResourcesMessage.Write(generation.Outline.Resources)));

        public WrittenResponse Metadata => _metadata.Value;

        public WrittenResponse Resources => _resources.Value;

        public static FixedResponses Write(BackendGeneration generation) => new(generation);

        private static WrittenResponse WriteAhead(JsonObject details) =>
            ResponseMessage.WriteAhead(BridgeResponse.Completed(BackendResult.Success(details)));
    }
}
