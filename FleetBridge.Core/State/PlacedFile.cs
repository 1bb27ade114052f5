using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using FleetBridge.Backends.Files;

namespace FleetBridge.Core.State;

/// <summary>
/// The one way to write a file beside others', whose folder may hold links of anybody's: under a random name that is created
/// exclusively, so that no link is followed, and then renamed into place. Whoever looks meanwhile sees the old file or the new one,
/// never half of one.
/// </summary>
internal static partial class PlacedFile
{
    /// <summary>Files of a project: others may read them, and nobody but their owner writes.</summary>
    private const UnixFileMode Shared = OwnFolder.PrivateMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a file and replaces the one of that name; a link is replaced itself, not what it points to.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="content">What it will hold.</param>
    /// <exception cref="IOException">It cannot be written; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written; nothing is left behind.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content) =>
        Write(path, content, isSecret: false, draft => File.Move(draft, path, overwrite: true));

    /// <summary>Writes a file, unless there is one of that name.</summary>
    /// <param name="path">The file, in a folder that exists.</param>
    /// <param name="content">What it will hold.</param>
    /// <param name="isSecret">Whether nobody but this user may read it.</param>
    /// <exception cref="IOException">There is one, or it cannot be written; nothing is left behind.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written; nothing is left behind.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content, bool isSecret = false) =>
        Write(path, content, isSecret, draft => Move(draft, path));

    /// <summary>Gives a file another name, unless there is one of that name. On Unix <see cref="File.Move(string, string)"/> looks first
    /// and renames then, and may replace what has come in between; a second name is refused by the system (link(2)).</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Its new name.</param>
    /// <exception cref="IOException">There is one, or it cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be renamed.</exception>
    public static void Move(string path, string target)
    {
        if (!OperatingSystem.IsWindows() && Link(path, target) == 0)
        {
            File.Delete(path);
            return;
        }

        // also for a file system without links
        if (FileStatus.Of(target, followLinks: false) is not null)
        {
            throw new IOException($"{target} already exists.");
        }

        File.Move(path, target, overwrite: false);
    }

    private static void Write(string path, ReadOnlySpan<byte> content, bool isSecret, Action<string> place)
    {
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".fleetbridge-{Path.GetRandomFileName()}");
        var placed = false;
        try
        {
            using (var file = Open(draft, isSecret))
            {
                file.Write(content);
            }

            place(draft);
            placed = true;
        }
        finally
        {
            if (!placed)
            {
                File.Delete(draft);
            }
        }
    }

    private static FileStream Open(string draft, bool isSecret)
    {
        if (OperatingSystem.IsWindows())
        {
            return isSecret ? OpenSecretOnWindows(draft) : new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }

        var options = OwnFolder.Options(FileMode.CreateNew, FileAccess.Write, FileShare.None);
        options.UnixCreateMode = isSecret ? OwnFolder.PrivateMode : Shared;
        return new FileStream(draft, options);
    }

    [SupportedOSPlatform("windows")]
    private static FileStream OpenSecretOnWindows(string draft)
    {
        using var user = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(user.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(draft).Create(
            FileMode.CreateNew, FileSystemRights.Write, FileShare.None, bufferSize: 4096, FileOptions.None, security);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string created);
}
