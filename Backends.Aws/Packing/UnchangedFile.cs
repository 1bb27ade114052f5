using System.Formats.Tar;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A file of the survey, read from its beginning to its end, that must not change meanwhile.</summary>
internal sealed class UnchangedFile : IDisposable
{
    private readonly PackageFile _file;
    private readonly SafeFileHandle _handle;
    private long _position;

    private UnchangedFile(PackageFile file, SafeFileHandle handle) => (_file, _handle) = (file, handle);

    /// <summary>Looks at a file, and makes sure that it can be read.</summary>
    /// <param name="file">The file itself, not a link to it.</param>
    /// <param name="name">Its name in the zip.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PackageFile Survey(FileInfo file, string name)
    {
        if (!OperatingSystem.IsWindows() && file.Exists && file.Length == 0)
        {
            AssertOrdinary(file);
        }

        using var handle = OpenHandle(file.FullName);
        return new PackageFile(
            name,
            file.FullName,
            RandomAccess.GetLength(handle),
            File.GetLastWriteTimeUtc(handle),
            OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(handle));
    }

    /// <summary>Opens it again, to be packed.</summary>
    /// <exception cref="BackendException">It has changed, or cannot be read any more.</exception>
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

        var steady = new UnchangedFile(file, handle);
        try
        {
            steady.AssertUnchanged();
            return steady;
        }
        catch
        {
            steady.Dispose();
            throw;
        }
    }

    /// <summary>Reads on, until the buffer is full or the surveyed size is reached.</summary>
    /// <exception cref="BackendException">It has become shorter, or cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _file.Size - _position);
        try
        {
            for (var filled = 0; filled < wanted;)
            {
                var read = RandomAccess.Read(_handle, buffer[filled..wanted], _position);
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

        return wanted;
    }

    /// <summary>Holds it against the survey.</summary>
    /// <exception cref="BackendException">It has another size or another time.</exception>
    public void AssertUnchanged()
    {
        if (RandomAccess.GetLength(_handle) != _file.Size || File.GetLastWriteTimeUtc(_handle) != _file.ModifiedUtc)
        {
            throw Changed(_file, "was written to");
        }
    }

    /// <summary>The error for a file that does not hold still.</summary>
    public static BackendException Changed(PackageFile file, string what, Exception? inner = null) => new(
        $"The file {file.Path} {what} while the package was being uploaded, so the upload was given up.",
        "Wait until packaging has ended, stop what writes there (a running server, a build), and try again; what need not be "
        + $"uploaded can be left out with {IgnoreRules.FileName}.",
        inner);

    public void Dispose() => _handle.Dispose();

    private static BackendException Unreadable(PackageFile file, Exception inner) => new(
        $"The file {file.Path} cannot be read: {inner.Message}",
        "Make it readable, or close the program that holds it, and try again.",
        inner);

    // Windows then keeps writers out while it is read
    private static SafeFileHandle OpenHandle(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);

    /// <summary>
    /// To open a pipe would wait for ever for its other end. The framework tells a pipe or a device from a file only
    /// here; both have no size.
    /// </summary>
    private static void AssertOrdinary(FileInfo file)
    {
        if (TypeOf(file) is not (TarEntryType.RegularFile or TarEntryType.HardLink))
        {
            throw new IOException("It is a pipe, a socket or a device, not a file.");
        }
    }

    /// <summary>The type as an archive has it; null for a socket, which none can have.</summary>
    private static TarEntryType? TypeOf(FileInfo file)
    {
        using var header = new MemoryStream();
        try
        {
            using var tar = new TarWriter(header, leaveOpen: true);
            tar.WriteEntry(file.FullName, "x");
        }
        catch (IOException) when (File.Exists(file.FullName))
        {
            return null;
        }

        header.Position = 0;
        using var reader = new TarReader(header);
        return reader.GetNextEntry()?.EntryType;
    }
}
