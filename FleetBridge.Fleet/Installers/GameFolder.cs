using FleetBridge.Backends.Files;
using FleetBridge.Core.Text;

namespace FleetBridge.Fleet.Installers;

/// <summary>A file of a game's folder.</summary>
/// <param name="Path">Relative to the folder, with slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When it was written last.</param>
/// <param name="Mode">Its permissions.</param>
internal sealed record GameFile(string Path, long Length, DateTime Written, UnixFileMode Mode);

/// <summary>What is in a game's folder, before any of it is copied.</summary>
internal sealed class GameFolder
{
    private static readonly EnumerationOptions All = new() { IgnoreInaccessible = false, AttributesToSkip = 0 };

    private readonly List<string> _folders = [];
    private readonly List<GameFile> _files = [];
    private readonly Dictionary<string, string> _links = [];
    private readonly List<string> _others = [];

    private GameFolder(string root) => Root = root;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>Its folders, each behind the one that it is in.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Its files.</summary>
    public IReadOnlyList<GameFile> Files => _files;

    /// <summary>Its links, with targets that are relative to where the link is.</summary>
    public IReadOnlyDictionary<string, string> Links => _links;

    /// <summary>What cannot be copied: pipes, sockets and devices.</summary>
    public IReadOnlyList<string> Others => _others;

    /// <summary>The bytes of all files.</summary>
    public long Length { get; private set; }

    /// <summary>Reads the names below a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="without">Folders that may be below it, and are left out; absolute.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InstallException">A link points out of the folder.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static GameFolder Read(string root, IReadOnlyCollection<string> without, CancellationToken cancellation)
    {
        var found = new GameFolder(Path.GetFullPath(root));
        var ahead = new Queue<string>([""]);
        while (ahead.TryDequeue(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in Directory.EnumerateFileSystemEntries(Path.Combine(found.Root, folder), "*", All))
            {
                if (without.Contains(entry))
                {
                    continue;
                }

                var path = Path.Combine(folder, Path.GetFileName(entry)).Replace(Path.DirectorySeparatorChar, '/');
                if (found.Add(path, entry))
                {
                    ahead.Enqueue(path);
                }
            }
        }

        found.CheckLinks();
        return found;
    }

    /// <returns>Whether it is a folder to look into.</returns>
    private bool Add(string path, string entry)
    {
        var status = FileStatus.Of(entry, followLinks: false);
        switch (status?.Kind)
        {
            case FileKind.Folder:
                _folders.Add(path);
                return true;
            case FileKind.File:
                _files.Add(new GameFile(path, status.Value.Length, File.GetLastWriteTimeUtc(entry), status.Value.Mode));
                Length += status.Value.Length;
                break;
            case FileKind.Link:
                _links.Add(path, TargetOf(path, entry));
                break;
            case null:
                throw new IOException($"{entry} was there, and is gone or must not be looked at.");
            default:
                _others.Add(path);
                break;
        }

        return false;
    }

    /// <summary>An absolute target inside the folder becomes a relative one, which is right in the copy as well.</summary>
    private string TargetOf(string path, string entry)
    {
        var target = new FileInfo(entry).LinkTarget ?? "";
        if (Path.IsPathRooted(target) && Path.GetRelativePath(Root, target) is var inside
            && !Path.IsPathRooted(inside) && inside != ".." && !inside.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        {
            target = Path.GetRelativePath(Path.GetDirectoryName(Path.Combine(Root, path))!, Path.Combine(Root, inside));
        }

        return target.Replace(Path.DirectorySeparatorChar, '/');
    }

    private void CheckLinks()
    {
        var inside = new InsideLinks(_links);
        foreach (var (link, target) in _links)
        {
            if (inside.FindProblem(link) is { } problem)
            {
                throw new InstallException(
                    "link_outside",
                    $"The link {VisibleText.Of(link)} in {Root} {problem}: its target is {VisibleText.Of(target)}. "
                    + "Put what it points to into the game's folder, or remove the link.",
                    isRetryable: false);
            }
        }
    }
}
