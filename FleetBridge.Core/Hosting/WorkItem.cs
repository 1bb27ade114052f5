namespace FleetBridge.Core.Hosting;

/// <summary>What a thread runs next. A class, since the framework's generic methods over a value type of ours are compiled at every
/// start.</summary>
/// <param name="Run">The code.</param>
/// <param name="State">What it is given.</param>
internal sealed record WorkItem(SendOrPostCallback Run, object? State);
