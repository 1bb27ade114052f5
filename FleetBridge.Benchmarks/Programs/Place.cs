namespace FleetBridge.Benchmarks.Programs;

/// <summary>The temporary folder in which everything happens; gone with the benchmark.</summary>
internal sealed class Place : IDisposable
{
    private int _last;

    public string Path { get; } = Directory.CreateTempSubdirectory("fleetbridge-benchmark-").FullName;

    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    public string NewFolder(string name) => Directory.CreateDirectory(this["run", $"{name}-{++_last}"]).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
