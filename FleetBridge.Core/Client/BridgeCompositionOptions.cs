using FleetBridge.Core.Hosting;

namespace FleetBridge.Core.Client;

/// <summary>Where a bridge finds its backends, and where it keeps its state.</summary>
internal sealed record BridgeCompositionOptions
{
    /// <summary>Folders with backends, the most important first.</summary>
    public IReadOnlyList<string> BackendRoots { get; init; } = [BackendFolder.BesideProgram];

    /// <summary>The folder for copies of loaded backends and for the locks of running operations.</summary>
    public string StateFolder { get; init; } = State.StateFolder.Locate();

    /// <summary>How long an unloaded generation of a backend may stay in memory before a warning.</summary>
    public TimeSpan GoneLimit { get; init; } = GenerationUnloader.DefaultGoneLimit;
}
