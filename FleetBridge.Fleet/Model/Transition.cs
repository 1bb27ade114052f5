namespace FleetBridge.Fleet.Model;

/// <summary>What changes did that are not yet in the store: the records to write, and whom to tell afterwards.</summary>
internal sealed class Transition
{
    /// <summary>In the order in which they were made; a record may be there more than once.</summary>
    public List<RecordChange> Changes { get; } = [];

    /// <summary>To be delivered in order, once the changes are stored.</summary>
    public List<Push> Pushes { get; } = [];

    /// <summary>Lines for the log of whoever runs this host.</summary>
    public List<FleetNotice> Notices { get; } = [];

    /// <summary>A place to go back to.</summary>
    public Savepoint Save() => new(Changes.Count, Pushes.Count, Notices.Count);

    /// <summary>Whether anything since then has to be stored.</summary>
    public bool NeedsStore(Savepoint since)
    {
        for (var i = since.Changes; i < Changes.Count; i++)
        {
            if (Changes[i].IsStored)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes back what was done since.</summary>
    public void UndoTo(Savepoint savepoint)
    {
        for (var i = Changes.Count - 1; i >= savepoint.Changes; i--)
        {
            Changes[i].Table.Restore(Changes[i].Key, Changes[i].Before);
        }

        Changes.RemoveRange(savepoint.Changes, Changes.Count - savepoint.Changes);
        Pushes.RemoveRange(savepoint.Pushes, Pushes.Count - savepoint.Pushes);
        Notices.RemoveRange(savepoint.Notices, Notices.Count - savepoint.Notices);
    }

    /// <summary>Forgets what has been stored and delivered.</summary>
    public void Clear()
    {
        Changes.Clear();
        Pushes.Clear();
        Notices.Clear();
    }

    /// <summary>How much there was at some moment.</summary>
    internal readonly record struct Savepoint(int Changes, int Pushes, int Notices);
}

/// <summary>Something to say in the log.</summary>
internal sealed record FleetNotice(bool IsWarning, string Message);
