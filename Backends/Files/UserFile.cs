using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FleetBridge.Backends.Files;

/// <summary>
/// The one way to read files that others have made. A pipe or a device in a file's place would be waited for forever, or be read
/// until the memory is full; so would a file without an end.
/// </summary>
internal static partial class UserFile
{
    /// <summary>Enough for any text that people write: settings, scripts, lists of patterns.</summary>
    public const long MostText = 16 * 1024 * 1024;

    // open(2); the processors that the runtime supports share these values
    private const int NonBlockingOnLinux = 0x800 | 0x80000 | 0x100;
    private const int NonBlockingOnMac = 0x4 | 0x1000000 | 0x20000;

    /// <summary>Opens a regular file to read it, and never waits for it.</summary>
    /// <param name="path">The file; a link to one counts as the file.</param>
    /// <param name="mostBytes">How long it may be.</param>
    /// <exception cref="UnusableFileException">It is no regular file, or too long.</exception>
    /// <exception cref="IOException">There is none, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static SafeFileHandle OpenHandle(string path, long mostBytes)
    {
        // before it is opened: opening a device may already do something
        AssertRegular(path, FileStatus.Of(path));
        var handle = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? OpenWithoutWaiting(path)
            : File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            AssertRegular(path, FileStatus.Of(handle));
            AssertLength(path, RandomAccess.GetLength(handle), mostBytes);
            return handle;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a regular file.</summary>
    /// <inheritdoc cref="OpenHandle"/>
    public static byte[] ReadAllBytes(string path, long mostBytes)
    {
        using var handle = OpenHandle(path, mostBytes);
        using var content = new MemoryStream((int)Math.Min(RandomAccess.GetLength(handle), int.MaxValue - 1024));
        Span<byte> part = stackalloc byte[8192];
        for (int read; (read = RandomAccess.Read(handle, part, content.Length)) > 0;)
        {
            // also where the length said less: the file grows, or its system does not know it
            AssertLength(path, content.Length + read, mostBytes);
            content.Write(part[..read]);
        }

        return content.Length == content.Capacity ? content.GetBuffer() : content.ToArray();
    }

    /// <summary>Reads a regular file as text: UTF-8, unless it begins with the mark of another encoding.</summary>
    /// <inheritdoc cref="OpenHandle"/>
    public static string ReadAllText(string path, long mostBytes = MostText)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path, mostBytes)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Looks whether a file can be read, for a library that will read it in its own way.</summary>
    /// <returns>False when there is none.</returns>
    /// <inheritdoc cref="OpenHandle"/>
    public static bool Check(string path, long mostBytes = MostText)
    {
        if (FileStatus.Of(path) is null)
        {
            return false;
        }

        OpenHandle(path, mostBytes).Dispose();
        return true;
    }

    private static void AssertRegular(string path, FileStatus? status)
    {
        var what = status?.Kind switch
        {
            FileKind.Folder => "a folder",
            FileKind.Pipe => "a named pipe",
            FileKind.Socket => "a socket",
            FileKind.Device => "a device",
            _ => null,
        };
        if (what is not null)
        {
            throw new UnusableFileException($"{path} is {what}, not a file. Replace it with a regular file, or remove it.");
        }
    }

    /// <summary>Refuses a file that is too long.</summary>
    /// <exception cref="UnusableFileException">It is.</exception>
    public static void AssertLength(string path, long length, long mostBytes)
    {
        if (length > mostBytes)
        {
            throw new UnusableFileException(
                $"{path} is larger than {Size(mostBytes)}, the most that such a file may have. Is it the right file?");
        }
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1024 * 1024 * 1024 => $"{bytes / (1024 * 1024 * 1024)} GiB",
        >= 1024 * 1024 => $"{bytes / (1024 * 1024)} MiB",
        >= 1024 => $"{bytes / 1024} KiB",
        _ => $"{bytes} bytes",
    };

    private static SafeFileHandle OpenWithoutWaiting(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new FileNotFoundException("A path has no NUL in it.", path);
        }

        var descriptor = Open(path, OperatingSystem.IsLinux() ? NonBlockingOnLinux : NonBlockingOnMac);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Refusal(path, Marshal.GetLastPInvokeError());
    }

    // errno(3), with the framework's exceptions
    private static Exception Refusal(string path, int error) => error switch
    {
        2 => new FileNotFoundException($"Could not find file '{path}'.", path),
        20 => new DirectoryNotFoundException($"Could not find a part of the path '{path}'."),
        1 or 13 => new UnauthorizedAccessException($"Access to the path '{path}' is denied."),
        _ => new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}", error),
    };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);
}

/// <summary>What is in a file's place cannot be read as one.</summary>
/// <param name="message">What it is, and what to do.</param>
internal sealed class UnusableFileException(string message) : IOException(message);
