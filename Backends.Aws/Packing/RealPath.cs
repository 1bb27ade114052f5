namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A path with every link on the way resolved, which the framework does for the last name only.</summary>
internal static class RealPath
{
    /// <summary>As many links as Linux follows before it calls them a loop (path_resolution(7)).</summary>
    private const int MostLinks = 40;

    /// <summary>Resolves a path.</summary>
    /// <param name="path">An absolute path.</param>
    /// <returns>The path without links.</returns>
    /// <exception cref="IOException">The links go in a circle.</exception>
    public static string Of(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var real = root;
        var rest = Segments(path[root.Length..]);
        for (var links = 0; rest.TryPop(out var name);)
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            var next = Path.Combine(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"The links at {path} go in a circle.");
            }

            if (Path.IsPathRooted(target))
            {
                root = Path.GetPathRoot(target)!;
                real = root;
                target = target[root.Length..];
            }

            foreach (var segment in Segments(target).Reverse())
            {
                rest.Push(segment);
            }
        }

        return real;
    }

    /// <summary>Whether a path is a folder itself or lies under it; both without links.</summary>
    public static bool IsWithin(string folder, string path)
    {
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return path.Equals(folder, comparison)
            || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, comparison);
    }

    private static Stack<string> Segments(string path) =>
        new(path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse());
}
