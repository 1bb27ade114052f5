namespace FleetBridge.Core.State;

/// <summary>A file's length and modification time: a file with another stamp has been written since.</summary>
/// <param name="Length">Bytes; negative for a file that does not exist.</param>
/// <param name="Time">When it was written last, in ticks (UTC).</param>
internal readonly record struct FileStamp(long Length, long Time)
{
    /// <summary>The stamp of a file that does not exist.</summary>
    public static readonly FileStamp Absent = new(-1, 0);

    /// <summary>Whether the file exists.</summary>
    public bool Exists => Length >= 0;

    /// <summary>Reads a file's stamp.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The system cannot tell.</exception>
    public static FileStamp Of(string path) => Of(new FileInfo(path));

    /// <summary>Reads a file's stamp.</summary>
    /// <param name="file">The file; what it has cached counts.</param>
    /// <exception cref="IOException">The system cannot tell.</exception>
    public static FileStamp Of(FileInfo file) => file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : Absent;
}
