using FleetBridge.Backends.Files;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A walk through a package folder. It throws nothing: problems are collected.</summary>
/// <param name="root">The folder, absolute.</param>
/// <param name="cancellation">Ends the walk.</param>
internal sealed class PackageWalk(string root, CancellationToken cancellation)
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    private readonly List<PackageFile> _files = [];
    private readonly List<string> _emptyFolders = [];
    private readonly List<string> _followedLinks = [];

    /// <summary>The real paths of the folders from the root to the current one: a link to one of them would never end.</summary>
    private readonly HashSet<string> _ancestors = new(StringComparer.Ordinal);

    private string _realRoot = "";
    private IgnoreRules? _rules;
    private int _ignoredFiles;
    private long _ignoredBytes;

    public IReadOnlyList<PackageFile> Files => _files;

    public List<string> Problems { get; } = [];

    public ExcludedFiles ExcludedFiles => new(_ignoredFiles, _ignoredBytes, _rules is not null, _emptyFolders, _followedLinks);

    public void Run()
    {
        try
        {
            _realRoot = RealPath.Of(root);
            var ignoreFile = Path.Combine(root, IgnoreRules.FileName);
            if (File.Exists(ignoreFile))
            {
                // git has the same default on these systems
                _rules = new IgnoreRules(
                    UserFile.ReadAllText(ignoreFile, IgnoreRules.MostBytes), ignoreCase: OperatingSystem.IsWindows() || OperatingSystem.IsMacOS());
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problems.Add(exception.Message);
            return;
        }

        Enter(new DirectoryInfo(root), _realRoot, "");
    }

    private void Enter(DirectoryInfo folder, string real, string name)
    {
        if (!_ancestors.Add(real))
        {
            Problems.Add($"The link {folder.FullName} points to {real}, one of its own parent folders.");
            return;
        }

        if (Entries(folder) is { } entries)
        {
            if (entries.Count == 0 && name.Length > 0)
            {
                _emptyFolders.Add(name);
            }

            foreach (var entry in entries)
            {
                cancellation.ThrowIfCancellationRequested();
                Visit(entry, Path.Combine(real, entry.Name), name.Length == 0 ? entry.Name : $"{name}/{entry.Name}");
            }
        }

        _ancestors.Remove(real);
    }

    private void Visit(FileSystemInfo entry, string real, string name)
    {
        if (name == IgnoreRules.FileName && _rules is not null)
        {
            return;
        }

        var isFolder = entry is DirectoryInfo;
        if (_rules?.Ignores(name, isFolder) == true)
        {
            CountIgnored(entry);
        }
        else if (entry.LinkTarget is { } target)
        {
            Follow(entry, target, name);
        }
        else if (isFolder)
        {
            Enter((DirectoryInfo)entry, real, name);
        }
        else
        {
            Add((FileInfo)entry, name);
        }
    }

    private void Follow(FileSystemInfo link, string target, string name)
    {
        string real;
        try
        {
            real = RealPath.Of(link.FullName);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problems.Add($"The link {link.FullName} to {target} cannot be followed: {exception.Message}");
            return;
        }

        if (!RealPath.IsWithin(_realRoot, real))
        {
            Problems.Add($"The link {link.FullName} points outside the package, to {target}.");
        }
        else if (Directory.Exists(real))
        {
            _followedLinks.Add(name);
            Enter(new DirectoryInfo(link.FullName), real, name);
        }
        else if (File.Exists(real))
        {
            _followedLinks.Add(name);
            Add(new FileInfo(real), name);
        }
        else
        {
            Problems.Add($"The link {link.FullName} points to {target}, which does not exist.");
        }
    }

    private void Add(FileInfo file, string name)
    {
        try
        {
            _files.Add(UnchangedFile.Describe(file, name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problems.Add(file.Name.Contains('\ufffd', StringComparison.Ordinal)
                ? $"The name of {file.FullName} is not valid UTF-8."
                : $"The file {file.FullName} cannot be read: {exception.Message}");
        }
    }

    /// <summary>Counts an excluded file, or all files of an excluded folder. Links are not followed.</summary>
    private void CountIgnored(FileSystemInfo entry)
    {
        if (entry is DirectoryInfo folder && folder.LinkTarget is null)
        {
            foreach (var inside in Entries(folder) ?? [])
            {
                cancellation.ThrowIfCancellationRequested();
                CountIgnored(inside);
            }

            return;
        }

        _ignoredFiles++;
        _ignoredBytes += entry is FileInfo { LinkTarget: null } file ? file.Length : 0;
    }

    private List<FileSystemInfo>? Entries(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos("*", Everything).OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problems.Add($"The folder {folder.FullName} cannot be read: {exception.Message}");
            return null;
        }
    }
}
