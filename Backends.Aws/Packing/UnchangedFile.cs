using FleetBridge.Backends.Files;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A file of the manifest, read from start to end, that must not change in the meantime.</summary>
internal sealed class UnchangedFile : IDisposable
{
    private readonly PackageFile _file;
    private readonly SafeFileHandle _handle;
    private long _position;

    private UnchangedFile(PackageFile file, SafeFileHandle handle) => (_file, _handle) = (file, handle);

    /// <summary>Describes a file for the manifest, and makes sure that it can be read.</summary>
    /// <param name="file">The file itself, not a link to it.</param>
    /// <param name="name">Its name in the zip.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static PackageFile Describe(FileInfo file, string name)
    {
        using var handle = OpenHandle(file.FullName);
        return new PackageFile(
            name,
            file.FullName,
            RandomAccess.GetLength(handle),
            File.GetLastWriteTimeUtc(handle),
            OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(handle));
    }

    /// <summary>Opens a file to pack it.</summary>
    /// <exception cref="BackendException">It has changed, or can no longer be read.</exception>
    public static UnchangedFile Open(PackageFile file)
    {
        SafeFileHandle handle;
        try
        {
            handle = OpenHandle(file.Path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Changed(file, "was removed", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, exception);
        }

        var opened = new UnchangedFile(file, handle);
        try
        {
            opened.AssertUnchanged();
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads until the buffer is full or the size in the manifest is reached.</summary>
    /// <exception cref="BackendException">It has become shorter, or cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, _file.Size - _position);
        try
        {
            for (var filled = 0; filled < count;)
            {
                var read = RandomAccess.Read(_handle, buffer[filled..count], _position);
                if (read == 0)
                {
                    throw Changed(_file, "became shorter");
                }

                filled += read;
                _position += read;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(_file, exception);
        }

        return count;
    }

    /// <summary>Compares it with the manifest.</summary>
    /// <exception cref="BackendException">Its size or its modification time differs.</exception>
    public void AssertUnchanged()
    {
        if (RandomAccess.GetLength(_handle) != _file.Size || File.GetLastWriteTimeUtc(_handle) != _file.ModifiedUtc)
        {
            throw Changed(_file, "was written to");
        }
    }

    /// <summary>The error for a file that changed.</summary>
    public static BackendException Changed(PackageFile file, string what, Exception? inner = null) => new(
        $"The file {file.Path} {what} during the upload, so the upload was stopped.",
        "Wait until packaging has ended, stop whatever writes there (a running server, a build), and try again. Exclude files that are "
        + $"not needed in {IgnoreRules.FileName}.",
        inner);

    public void Dispose() => _handle.Dispose();

    private static BackendException Unreadable(PackageFile file, Exception inner) => new(
        $"The file {file.Path} cannot be read: {inner.Message}",
        "Make it readable, or close the program that holds it, and try again.",
        inner);

    // with FileShare.Read, Windows rejects writers while it is read; elsewhere a pipe or a device could be in its place
    private static SafeFileHandle OpenHandle(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan)
        : UserFile.OpenHandle(path, long.MaxValue);
}
