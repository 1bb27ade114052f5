namespace FleetBridge.Fleet.Model;

/// <summary>Something that the model holds and the store keeps: immutable, found by its key.</summary>
internal interface IRecord
{
    /// <summary>Its key among its kind.</summary>
    string Key { get; }
}
