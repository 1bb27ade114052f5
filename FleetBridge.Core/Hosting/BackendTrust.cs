using System.Globalization;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using FleetBridge.Backends.Files;
using FleetBridge.Core.State;

namespace FleetBridge.Core.Hosting;

/// <summary>
/// Whether somebody else could change a backend, and so run code as this user: as ssh looks at its files, and git at a repository's
/// folder.
/// </summary>
internal static class BackendTrust
{
    /// <summary>The variable that has such a backend refused: 1.</summary>
    public const string StrictVariable = "FLEETBRIDGE_STRICT_FOLDERS";

    /// <summary>Whether such a backend is refused, and not only warned of.</summary>
    public static bool IsStrict => Environment.GetEnvironmentVariable(StrictVariable) is "1" or "true";

    /// <summary>Looks at a backend's folder, at what is in it, and at the two folders above it, which hold its name.</summary>
    /// <param name="folder">The backend.</param>
    /// <returns>Who could change what, and how to end that; null when nobody can.</returns>
    public static string? FindDoubt(BackendFolder folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                return FindDoubtOnWindows(folder.Path);
            }

            var name = Path.GetDirectoryName(folder.Path)!;
            var root = Path.GetDirectoryName(name)!;
            return FindDoubt(root, mayBeShared: true) ?? FindDoubt(name, mayBeShared: true) ?? FindDoubt(folder.Path, mayBeShared: false)
                ?? BackendFolder.ListBuild(folder.Path).Select(entry => FindDoubt(entry.FullName, mayBeShared: false))
                    .FirstOrDefault(doubt => doubt is not null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // it vanishes or cannot be read: loading it will say so
            return null;
        }
    }

    /// <param name="path">A file or folder.</param>
    /// <param name="mayBeShared">Whether others may add something, if they can neither rename nor delete what is ours: the sticky bit.</param>
    private static string? FindDoubt(string path, bool mayBeShared)
    {
        if (FileStatus.Of(path) is not { } status)
        {
            return null;
        }

        if (status.Owner != CurrentUser.Id && status.Owner != CurrentUser.Root)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{path} belongs to another user (id {status.Owner}). Make it yours with chown, or use a copy.");
        }

        return (status.Mode & FileStatus.WritableByOthers) == 0 || (mayBeShared && status.Mode.HasFlag(UnixFileMode.StickyBit))
            ? null
            : $"{path} can be changed by other users (mode {Convert.ToString((int)status.Mode, 8)}). Take that away with chmod -R go-w.";
    }

    /// <summary>Whether the groups that everybody is in may write.</summary>
    [SupportedOSPlatform("windows")]
    private static string? FindDoubtOnWindows(string path)
    {
        const FileSystemRights Change = FileSystemRights.WriteData | FileSystemRights.AppendData | FileSystemRights.Delete
            | FileSystemRights.ChangePermissions | FileSystemRights.TakeOwnership;
        WellKnownSidType[] everybody = [WellKnownSidType.WorldSid, WellKnownSidType.AuthenticatedUserSid, WellKnownSidType.BuiltinUsersSid];
        var rules = new DirectoryInfo(path).GetAccessControl().GetAccessRules(true, true, typeof(SecurityIdentifier));
        return rules.OfType<FileSystemAccessRule>().Any(rule => rule.AccessControlType == AccessControlType.Allow
            && (rule.FileSystemRights & Change) != 0
            && Array.Exists(everybody, ((SecurityIdentifier)rule.IdentityReference).IsWellKnown))
            ? $"{path} can be changed by other users. Take that away in its security settings, or use a folder in your profile."
            : null;
    }
}
