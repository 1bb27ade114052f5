namespace FleetBridge.Core.State;

/// <summary>
/// Files that one process at a time holds open. The system releases them when the process ends, however it ends, so a lock is
/// never left behind.
/// </summary>
internal static class LockFile
{
    /// <summary>Holds a file, which is created if it does not exist.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="options"><see cref="FileOptions.DeleteOnClose"/> where nobody waits for the file's release.</param>
    /// <returns>Releases it when disposed; null when another process, or another place in this one, holds it.</returns>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be created.</exception>
    public static FileStream? TryHold(string path, FileOptions options = FileOptions.None)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, options);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
