using System.Runtime.InteropServices;
using System.Text;

namespace FleetBridge.Core.Security;

/// <summary>The file that holds the token: whoever can read it may use the bridge, so nobody but its owner can.</summary>
internal static partial class TokenFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "FLEETBRIDGE_TOKEN_FILE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The token.</returns>
    /// <exception cref="TokenFileException">It cannot be used.</exception>
    public static AccessToken Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(stream.SafeFileHandle) is var mode && (mode & OfOthers) != 0)
            {
                throw new TokenFileException(path, $"others may read or change it (mode {Convert.ToString((int)mode, 8)}); 'chmod 600' makes it yours alone");
            }

            var bytes = new byte[AccessToken.MostLength * 2];
            var text = Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).Trim();
            return text.Length > 0
                ? new AccessToken(text)
                : throw new TokenFileException(path, "it is empty; delete it, and 'fleetbridge serve' makes one with a random token");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TokenFileException(path, "there is no such file; 'fleetbridge serve --token-file' makes it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            throw new TokenFileException(path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Reads it, and makes it before that when there is none.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The token.</returns>
    /// <exception cref="TokenFileException">It cannot be used, or not be made.</exception>
    public static AccessToken ReadOrMake(string path)
    {
        try
        {
            if (!Path.Exists(path))
            {
                Make(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TokenFileException(path, $"it cannot be made: {exception.Message.TrimEnd('.')}");
        }

        return Read(path);
    }

    private static void Make(string path)
    {
        var whole = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);

        // Written beside it and moved into place: whoever looks meanwhile sees no file, never half of one.
        var draft = $"{whole}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // on Windows it inherits the folder's rights, which in a user's profile are the user's
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var writer = new StreamWriter(draft, Encoding.ASCII, options))
            {
                writer.WriteLine(AccessToken.Random());
            }

            PutInPlace(draft, whole);
        }
        catch (IOException) when (File.Exists(whole))
        {
            // another bridge was a moment earlier: its token counts
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Gives a draft its name, unless there is a file of that name. On Unix <see cref="File.Move(string, string)"/> looks first and
    /// renames then, so that of two bridges at the same moment the second one would replace the first one's token; a link is
    /// refused by the system (link(2)).</summary>
    private static void PutInPlace(string draft, string whole)
    {
        if (OperatingSystem.IsWindows() || (Link(draft, whole) != 0 && !File.Exists(whole)))
        {
            // also for a file system without links
            File.Move(draft, whole, overwrite: false);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string created);
}

/// <summary>A token file that cannot be used.</summary>
internal sealed class TokenFileException(string path, string reason) : Exception($"The token file {path} cannot be used: {reason}.");
