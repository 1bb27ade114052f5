using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Store;

/// <summary>Where the fleet's records are kept. Called by one thread at a time.</summary>
internal interface IFleetStore : IDisposable
{
    /// <summary>Gives every record to the model.</summary>
    void LoadInto(FleetModel model);

    /// <summary>Writes changes in one transaction: all of them, or none.</summary>
    /// <exception cref="FleetStoreException">They could not be written.</exception>
    void Write(IReadOnlyList<RecordChange> changes);
}

/// <summary>The store could not be opened, read or written.</summary>
/// <param name="message">What happened, and what to do.</param>
internal sealed class FleetStoreException(string message, Exception? inner = null) : Exception(message, inner);
