namespace FleetBridge.Backends.Aws.Packing;

/// <summary>A path in which every link is resolved; the framework resolves only the last name.</summary>
internal static class RealPath
{
    /// <summary>The number of links that Linux follows before it reports a loop (path_resolution(7)).</summary>
    private const int MaxLinks = 40;

    /// <summary>Resolves an absolute path.</summary>
    /// <exception cref="IOException">The links form a circle.</exception>
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

            if (++links > MaxLinks)
            {
                throw new IOException($"The links at {path} form a circle.");
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

    /// <summary>Whether a path is a folder or inside it; both without links.</summary>
    public static bool IsWithin(string folder, string path)
    {
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return path.Equals(folder, comparison)
            || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, comparison);
    }

    private static Stack<string> Segments(string path) =>
        new(path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse());
}
