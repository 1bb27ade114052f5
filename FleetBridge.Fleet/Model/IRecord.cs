namespace FleetBridge.Fleet.Model;

/// <summary>Something that the model holds and the store keeps: immutable, found by its key.</summary>
internal interface IRecord
{
    /// <summary>Its key among its kind.</summary>
    string Key { get; }

    /// <summary>Its number, unique among its kind: the order in which records were made. The default fleet's is 0.</summary>
    long Number { get; }
}
