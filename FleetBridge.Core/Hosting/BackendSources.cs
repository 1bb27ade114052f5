namespace FleetBridge.Core.Hosting;

/// <summary>Everything that a backend is made of: what is in its folder, and what its script takes from elsewhere.</summary>
/// <param name="folder">The folder.</param>
internal sealed class BackendSources(BackendFolder folder)
{
    private string[] _elsewhere = [];

    /// <summary>What it is like now.</summary>
    public FolderFingerprint ReadFingerprint() => FolderFingerprint.Read(folder.Path, _elsewhere);

    /// <summary>Remembers which files outside the folder a script was made of.</summary>
    /// <param name="files">Every file that its compilation has read or looked for.</param>
    /// <returns>Whether they are those that were known, and so were in the last fingerprint.</returns>
    public bool Learn(IEnumerable<string> files)
    {
        string[] elsewhere =
        [
            .. files.Where(file => !file.StartsWith(folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        var same = elsewhere.SequenceEqual(_elsewhere);
        _elsewhere = elsewhere;
        return same;
    }
}
