namespace FleetBridge.Gateway.Wire;

/// <summary>A place in a topic: offsets of different epochs have nothing to do with each other.</summary>
/// <param name="Epoch">Which run of the topic.</param>
/// <param name="Offset">The number of an event in it, counted from 1; 0 is before the first.</param>
internal readonly record struct Position(string Epoch, long Offset);
