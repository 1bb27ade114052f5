namespace FleetBridge.Core.Hosting;

/// <summary>What an installed backend is doing.</summary>
internal enum BackendState
{
    /// <summary>Its first build is being loaded.</summary>
    Loading,

    /// <summary>Its newest build serves.</summary>
    Serving,

    /// <summary>A build serves, and a newer one is being loaded.</summary>
    Reloading,

    /// <summary>A build serves, and a newer one could not be loaded.</summary>
    Outdated,

    /// <summary>No build of it could be loaded.</summary>
    Failed,
}

/// <summary>An installed backend at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Aliases">Its further names; empty until it is loaded.</param>
/// <param name="Generation">The generation that serves; 0 for none.</param>
/// <param name="Path">Its folder.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Problem">Why its newest build does not serve; null when it does.</param>
internal sealed record BackendStatus(
    string Name,
    string Version,
    IReadOnlyList<string> Aliases,
    int Generation,
    string Path,
    BackendState State,
    string? Problem);
