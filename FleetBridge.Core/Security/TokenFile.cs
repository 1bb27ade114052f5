using System.Text;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Security;

/// <summary>The file that holds the token: whoever can read it may use the bridge, so nobody but its owner can.</summary>
internal static class TokenFile
{
    /// <summary>The environment variable that names the file.</summary>
    public const string Variable = "FLEETBRIDGE_TOKEN_FILE";

    private const int MostBytes = AccessToken.MostLength * 2;
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The token.</returns>
    /// <exception cref="TokenFileException">It cannot be used.</exception>
    public static AccessToken Read(string path)
    {
        try
        {
            using var handle = UserFile.OpenHandle(path, MostBytes);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(handle) is var mode && (mode & OfOthers) != 0)
            {
                throw new TokenFileException(path, $"others may read or change it (mode {Convert.ToString((int)mode, 8)}); 'chmod 600' makes it yours alone");
            }

            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), Encoding.UTF8);
            var text = reader.ReadToEnd().Trim();
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
            if (FileStatus.Of(path, followLinks: false) is null)
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
        OwnFolder.Create(Path.GetDirectoryName(whole)!);
        try
        {
            PlacedFile.Create(whole, Encoding.ASCII.GetBytes($"{AccessToken.Random()}\n"), isSecret: true);
        }
        catch (IOException) when (File.Exists(whole))
        {
            // another bridge was a moment earlier: its token counts
        }
    }
}

/// <summary>A token file that cannot be used.</summary>
internal sealed class TokenFileException(string path, string reason) : Exception($"The token file {path} cannot be used: {reason}.");
