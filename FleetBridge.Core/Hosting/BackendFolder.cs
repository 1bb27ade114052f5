using System.IO.Enumeration;
using FleetBridge.Core.Contract;

namespace FleetBridge.Core.Hosting;

/// <summary>A folder <c>&lt;root&gt;/&lt;name&gt;/&lt;version&gt;/</c> that holds a built backend.</summary>
/// <param name="Name">The backend's name: the folder's own name, never taken from a request.</param>
/// <param name="Version">The version: the inner folder's name.</param>
/// <param name="Path">The inner folder's absolute path.</param>
internal sealed record BackendFolder(string Name, string Version, string Path)
{
    /// <summary>What the editor shows, beside the assembly, where the backend does not build it in code.</summary>
    public const string MetadataFile = "metadata.json";

    /// <summary>A backend's script; a folder that has one is compiled by the bridge.</summary>
    public const string ScriptFile = "backend.csx";

    /// <summary>What a class library's build writes beside its assembly.</summary>
    public const string DependenciesSuffix = ".deps.json";

    private const string ProjectSuffix = ".csproj";

    /// <summary>All files at any depth; a link is not followed, so that a circle of links ends.</summary>
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <summary>The folder beside the program with its own backends.</summary>
    public static string BesideProgram => System.IO.Path.Combine(AppContext.BaseDirectory, "backends");

    /// <summary>Name and version as they are in a request.</summary>
    public string Title => $"{Name}/{Version}";

    /// <summary>Where a backend's script is, if it is one.</summary>
    public string ScriptPath => System.IO.Path.Combine(Path, ScriptFile);

    /// <summary>Whether the backend is a script.</summary>
    public bool IsScript => File.Exists(ScriptPath);

    /// <summary>Finds the backends in some folders. Of two with the same name and version the first counts.</summary>
    /// <param name="roots">Folders that hold <c>&lt;name&gt;/&lt;version&gt;/</c>; absent ones count as empty.</param>
    /// <param name="shadowed">Those that do not count, since an earlier root has the same name and version.</param>
    /// <returns>Those that count, ordered by name and version.</returns>
    public static IReadOnlyList<BackendFolder> Find(IEnumerable<string> roots, out IReadOnlyList<BackendFolder> shadowed)
    {
        // Keys and orders of strings alone: the framework's generic code over a tuple is compiled at every start.
        var found = new Dictionary<string, BackendFolder>(StringComparer.Ordinal);
        var rest = new List<BackendFolder>();
        foreach (var root in roots)
        {
            foreach (var folder in FindIn(root))
            {
                if (!found.TryAdd(folder.Title, folder))
                {
                    rest.Add(folder);
                }
            }
        }

        shadowed = rest;
        return [.. found.Values.OrderBy(folder => folder.Name, StringComparer.Ordinal).ThenBy(folder => folder.Version, StringComparer.Ordinal)];
    }

    /// <summary>
    /// The files of a build, at any depth, and the folders with them. Where a project is in the folder that it is built
    /// into, its sources are not part of the build: C#, <c>obj/</c>, and folders such as <c>.git</c> and <c>.vs</c>.
    /// Saving a source is no new build, and what the compiler or an editor is writing there is not copied.
    /// </summary>
    /// <param name="folder">A backend's folder.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="IOException">The folder is not there, or something vanished from it meanwhile.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it cannot be read.</exception>
    public static IEnumerable<FileSystemInfo> ListBuild(string folder)
    {
        var hasProject = Directory.EnumerateFiles(folder, "*" + ProjectSuffix).Any();
        return new FileSystemEnumerable<FileSystemInfo>(folder, (ref entry) => entry.ToFileSystemInfo(), Everything)
        {
            ShouldIncludePredicate = (ref entry) => !hasProject || !IsOfProject(ref entry),
            ShouldRecursePredicate = (ref entry) => !hasProject || !IsOfProject(ref entry),
        };
    }

    /// <summary>
    /// The assembly to load: the one with a <c>.deps.json</c> beside it, or the only one there is. A copy of the
    /// contract does not count.
    /// </summary>
    /// <returns>Its file name.</returns>
    /// <exception cref="BackendLoadException">There is none, or there are several to choose from.</exception>
    public string FindEntryAssembly()
    {
        var assemblies = ListFiles("*.dll")
            .Where(file => !ContractAssembly.IsNamed(System.IO.Path.GetFileNameWithoutExtension(file)))
            .ToList();
        var entries = ListFiles("*" + DependenciesSuffix)
            .Select(file => file[..^DependenciesSuffix.Length] + ".dll")
            .Where(assemblies.Contains)
            .ToList();
        return (entries, assemblies) switch
        {
            ({ Count: 1 }, _) => entries[0],
            ({ Count: 0 }, { Count: 1 }) => assemblies[0],
            (_, { Count: 0 }) => throw new BackendLoadException(
                $"There is no assembly in {Path}. Build the backend into this folder."),
            _ => throw new BackendLoadException(
                $"It is not clear which assembly in {Path} is the backend: {string.Join(", ", assemblies)}. "
                + "Exactly one must have a .deps.json (a class library's build writes it)."),
        };
    }

    private static IEnumerable<BackendFolder> FindIn(string root) =>
        from name in ListFolders(root)
        from version in ListFolders(name)
        where HasEntries(version)
        select new BackendFolder(
            System.IO.Path.GetFileName(name), System.IO.Path.GetFileName(version), System.IO.Path.GetFullPath(version));

    private static bool IsOfProject(ref FileSystemEntry entry) => entry.IsDirectory
        ? entry.FileName is ['.', ..] || (entry.FileName is "obj" && entry.Directory.Equals(entry.RootDirectory, StringComparison.Ordinal))
        : entry.FileName.EndsWith(".cs", StringComparison.OrdinalIgnoreCase)
            || entry.FileName.EndsWith(ProjectSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>One that cannot be read hides itself, not its neighbours.</summary>
    private static string[] ListFolders(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool HasEntries(string folder)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private IEnumerable<string> ListFiles(string pattern) =>
        Directory.Exists(Path)
            ? Directory.EnumerateFiles(Path, pattern).Select(file => System.IO.Path.GetFileName(file)!)
            : [];
}
