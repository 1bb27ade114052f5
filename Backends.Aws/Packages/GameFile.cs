namespace FleetBridge.Backends.Aws.Packages;

/// <summary>
/// A file of the package as the fleet's system will find it: Linux distinguishes upper and lower case, Windows does not, whatever
/// this machine does.
/// </summary>
/// <param name="Path">The file on this machine.</param>
/// <param name="Name">Its real name in the package, with forward slashes.</param>
internal sealed record GameFile(string Path, string Name)
{
    /// <summary>Finds a file; case does not count.</summary>
    /// <param name="root">The package's folder.</param>
    /// <param name="name">The file's name in the package, with forward slashes.</param>
    /// <returns>The file, by the name that it really has, the exact one first; null when there is none.</returns>
    public static GameFile? Find(string root, string name)
    {
        var (path, real) = (root, new List<string>());
        var segments = name.Split('/');
        for (var at = 0; at < segments.Length; at++)
        {
            if (NameIn(path, segments[at], isFolder: at < segments.Length - 1) is not { } found)
            {
                return null;
            }

            path = System.IO.Path.Combine(path, found);
            real.Add(found);
        }

        return new GameFile(path, string.Join('/', real));
    }

    private static string? NameIn(string folder, string name, bool isFolder)
    {
        try
        {
            var names = (isFolder ? Directory.EnumerateDirectories(folder) : Directory.EnumerateFiles(folder))
                .Select(System.IO.Path.GetFileName)
                .Where(entry => string.Equals(entry, name, StringComparison.OrdinalIgnoreCase))
                .ToList();
            return names.Contains(name) ? name : names.Order(StringComparer.Ordinal).FirstOrDefault();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
