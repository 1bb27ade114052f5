using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>What a host says about its fleet.</summary>
internal sealed record FleetControlOptions
{
    /// <summary>The store's file; null keeps nothing.</summary>
    public string? StorePath { get; init; }

    /// <summary>What the model has to know.</summary>
    public FleetModelOptions Model { get; init; } = new();

    /// <summary>GameLiftServiceSdkEndpoint in answers, such as <c>wss://127.0.0.1:9443</c>; may be set once the ports are known.</summary>
    public string SdkEndpoint { get; set; } = "";
}
