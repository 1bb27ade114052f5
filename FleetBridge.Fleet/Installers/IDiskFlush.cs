namespace FleetBridge.Fleet.Installers;

/// <summary>Makes what was written outlive a loss of power.</summary>
internal interface IDiskFlush
{
    /// <summary>Waits until everything below a folder is on the disk: the files, and the names in the folders.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    void Tree(string folder);

    /// <summary>Waits until the names in a folder are on the disk, such as those of a rename.</summary>
    /// <exception cref="IOException">It cannot be written there.</exception>
    void Names(string folder);
}
