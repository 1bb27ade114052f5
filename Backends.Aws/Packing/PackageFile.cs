namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A file that goes into the zip.</summary>
/// <param name="Name">Its name in the zip: relative, with forward slashes.</param>
/// <param name="Path">The file to read; for a link its final target.</param>
/// <param name="Size">Its size in bytes when the manifest was read.</param>
/// <param name="ModifiedUtc">Its modification time when the manifest was read.</param>
/// <param name="Mode">Its Unix permissions; null where the system has none (Windows).</param>
internal sealed record PackageFile(string Name, string Path, long Size, DateTime ModifiedUtc, UnixFileMode? Mode);
