using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Store;

/// <summary>Where the fleet's records are kept. Used by one thread at a time.</summary>
internal interface IFleetStore : IDisposable
{
    /// <summary>Gives the records that were found when it was opened to the model; to be called once.</summary>
    void LoadInto(FleetModel model);

    /// <summary>Writes changes in one transaction: all of them, or none.</summary>
    /// <exception cref="FleetStoreException">They could not be written.</exception>
    void Write(ReadOnlySpan<RecordChange> changes);

    /// <summary>Does what takes time and may be done between two writes.</summary>
    void Maintain();
}

/// <summary>The store could not be opened or written.</summary>
/// <param name="message">What happened, and what to do.</param>
internal sealed class FleetStoreException(string message, Exception? inner = null) : Exception(message, inner);
