namespace FleetBridge.Core.Processes;

/// <summary>What became of an editor's wish to use the bridge.</summary>
internal enum SponsorAdding
{
    /// <summary>It is among the sponsors.</summary>
    Present,

    /// <summary>There is no such process on this machine.</summary>
    NoProcess,

    /// <summary>The bridge ends, because the last sponsor is gone.</summary>
    Stopping,

    /// <summary>There are <see cref="Sponsors.Most"/> already.</summary>
    TooMany,
}
