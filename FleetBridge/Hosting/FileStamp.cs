namespace FleetBridge.Hosting;

/// <summary>
/// The look that every request takes at a backend's main files, in a few microseconds, so that the request right after a
/// build sees the new code even before the file system's notification has arrived.
/// </summary>
/// <param name="Assembly">The entry assembly's modification time (UTC ticks) and length.</param>
/// <param name="Metadata">The same of the metadata file; zeros when there is none.</param>
internal readonly record struct FileStamp((long Time, long Length) Assembly, (long Time, long Length) Metadata)
{
    public static FileStamp Read(string folder, string? assemblyFile) => new(
        assemblyFile is null ? default : ReadFile(Path.Combine(folder, assemblyFile)),
        ReadFile(Path.Combine(folder, BackendFolder.MetadataFile)));

    private static (long Time, long Length) ReadFile(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc.Ticks, file.Length) : default;
    }
}
