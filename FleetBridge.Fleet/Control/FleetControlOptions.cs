using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>What a host says about its fleet.</summary>
internal sealed record FleetControlOptions
{
    /// <summary>The store's file, or the address of one in PostgreSQL; null keeps nothing.</summary>
    public string? StorePath { get; init; }

    /// <summary>Told true while another host holds the store and this one is its standby.</summary>
    public Action<bool> Standby { get; init; } = _ => { };

    /// <summary>Told why, when another host has taken the store over.</summary>
    public Action<string> StoreLost { get; init; } = _ => { };

    /// <summary>What the model has to know.</summary>
    public FleetModelOptions Model { get; init; } = new();

    /// <summary>GameLiftServiceSdkEndpoint in answers, such as <c>wss://127.0.0.1:9443</c>; may be set once the ports are known.</summary>
    public string SdkEndpoint { get; set; } = "";
}
