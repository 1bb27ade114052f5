namespace FleetBridge.Fleet.Worker;

/// <summary>A worker cannot work.</summary>
/// <param name="message">Why and what to do, as sentences.</param>
/// <param name="inner">Its cause.</param>
internal sealed class WorkerException(string message, Exception? inner = null) : Exception(message, inner);
