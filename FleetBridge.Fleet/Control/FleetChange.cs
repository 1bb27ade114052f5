using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>A record that has changed, and is stored.</summary>
/// <param name="Before">Null when it is new.</param>
/// <param name="After">Null when it was removed.</param>
internal sealed record FleetChange(IRecord? Before, IRecord? After);
