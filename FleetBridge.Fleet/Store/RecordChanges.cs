using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Store;

/// <summary>The changes of a transaction.</summary>
internal static class RecordChanges
{
    /// <summary>One write a record, whatever happened to it on the way.</summary>
    public static void Merge(ReadOnlySpan<RecordChange> changes, Dictionary<(ITable, string), (IRecord? Before, IRecord? After)> merged)
    {
        merged.Clear();
        foreach (var change in changes)
        {
            if (change.IsStored)
            {
                var key = (change.Table, change.Key);
                var before = merged.TryGetValue(key, out var earlier) ? earlier.Before : (IRecord?)change.Before;
                merged[key] = (before, (IRecord?)change.After);
            }
        }
    }
}
