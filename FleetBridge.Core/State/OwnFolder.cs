using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using FleetBridge.Backends.Files;

namespace FleetBridge.Core.State;

/// <summary>
/// The one place that makes folders and files of ours: nobody but this user can read or change them, whatever the umask (on Windows,
/// whatever the parent folder passes on). What is loaded from them, and what the log says, is nobody else's business.
/// </summary>
internal static class OwnFolder
{
    /// <summary>The permissions of a folder of ours.</summary>
    public const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The runtime loads no larger file.</summary>
    private const long MostCopied = 1024 * 1024 * 1024;

    /// <summary>The permissions of a file of ours.</summary>
    public const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, and those above it that do not exist. One that exists is left as it is.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be made.</exception>
    public static string Create(string path)
    {
        var whole = Path.GetFullPath(path);
        if (Directory.Exists(whole))
        {
            return whole;
        }

        if (Path.GetDirectoryName(whole) is { } parent)
        {
            Create(parent);
        }

        if (OperatingSystem.IsWindows())
        {
            CreateOnWindows(whole);
        }
        else
        {
            Directory.CreateDirectory(whole, FolderMode);
            Tighten(whole, FolderMode);
        }

        return whole;
    }

    /// <summary>Makes a folder as <see cref="Create"/> does, and takes others' permissions away from one that exists: for folders that
    /// are ours by their place, such as those in the state folder.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="IOException">It cannot be made, or it is a link or another user's.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be made.</exception>
    public static string Claim(string path)
    {
        var whole = Create(path);
        if (!OperatingSystem.IsWindows() && FileStatus.Of(whole, followLinks: false) is { } status)
        {
            if (status.Kind != FileKind.Folder || status.Owner != CurrentUser.Id)
            {
                throw new IOException($"{whole} {(status.Kind == FileKind.Folder ? "belongs to another user" : "is a link")}: it is not used.");
            }

            Tighten(whole, FolderMode);
        }

        return whole;
    }

    /// <summary>How a file of ours is opened: if it is made, then for this user alone. In a folder of ours Windows does the same by itself.</summary>
    /// <param name="mode">Whether it may exist.</param>
    /// <param name="access">For what.</param>
    /// <param name="share">What others may do meanwhile.</param>
    /// <param name="options">More.</param>
    public static FileStreamOptions Options(
        FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None)
    {
        var file = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            file.UnixCreateMode = PrivateMode;
        }

        return file;
    }

    /// <summary>Copies a regular file into a folder of ours. What may be run stays so. A pipe or a device, which looks like an empty
    /// file, becomes one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where to; nothing stands there.</param>
    /// <exception cref="UnusableFileException">It is larger than anything that is loaded.</exception>
    public static void Copy(string path, string target)
    {
        var status = FileStatus.Of(path);
        UserFile.AssertLength(path, status?.Length ?? 0, MostCopied);
        if (status is { Kind: not FileKind.File })
        {
            new FileStream(target, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)).Dispose();
            return;
        }

        File.Copy(path, target);
        if (!OperatingSystem.IsWindows())
        {
            Tighten(target, File.GetUnixFileMode(target) & FolderMode);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void Tighten(string path, UnixFileMode mode)
    {
        if (File.GetUnixFileMode(path) != mode)
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    /// <summary>With an access list for this user alone, which what is made in the folder inherits.</summary>
    [SupportedOSPlatform("windows")]
    private static void CreateOnWindows(string path)
    {
        using var user = WindowsIdentity.GetCurrent();
        var security = new DirectorySecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(
            user.User!,
            FileSystemRights.FullControl,
            InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit,
            PropagationFlags.None,
            AccessControlType.Allow));
        security.CreateDirectory(path);
    }
}
