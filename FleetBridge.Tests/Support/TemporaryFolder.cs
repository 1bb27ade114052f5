namespace FleetBridge.Tests.Support;

/// <summary>A folder that is gone when the test is. It is made when it is first asked for: a test that is skipped is not disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly Lazy<string> _path = new(() => Directory.CreateTempSubdirectory("fleetbridge-test-").FullName);

    public string Path => _path.Value;

    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Copies a folder into it.</summary>
    public string CopyOf(string source, params string[] place)
    {
        var target = this[place];
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = System.IO.Path.Combine(target, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        return target;
    }

    public void Dispose()
    {
        if (_path.IsValueCreated)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
