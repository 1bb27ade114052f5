using System.Buffers;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// Names that a Windows machine cannot unpack (Microsoft, "Naming Files, Paths, and Namespaces"): a package made elsewhere
/// can have them, and the fleet would find out only after the upload.
/// </summary>
internal static class WindowsNames
{
    /// <summary>Where GameLift unpacks a build on Windows.</summary>
    private const string Game = @"C:\game\";

    /// <summary>MAX_PATH without the final zero.</summary>
    private const int LongestPath = 259;

    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. "<>:\"|?*\\", .. Enumerable.Range(0, 32).Select(code => (char)code)]);

    private static readonly HashSet<string> Reserved = new(
        [
            "CON", "PRN", "AUX", "NUL",
            .. "123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Says what is wrong with the names.</summary>
    /// <param name="files">The files; their names in the zip are looked at.</param>
    /// <param name="problems">Takes one text for each name that cannot be unpacked.</param>
    /// <param name="warnings">Takes a text when a path is longer than most Windows programs can open.</param>
    public static void Check(IReadOnlyList<PackageFile> files, List<string> problems, List<string> warnings)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if (Fault(file.Name) is { } fault)
            {
                problems.Add($"Windows cannot have a file {file.Name}: {fault}.");
            }

            if (!seen.TryAdd(file.Name, file.Name))
            {
                problems.Add($"On Windows {file.Name} and {seen[file.Name]} are the same file: they differ by case only.");
            }
        }

        foreach (var file in files)
        {
            for (var end = file.Name.IndexOf('/', StringComparison.Ordinal); end >= 0; end = file.Name.IndexOf('/', end + 1))
            {
                if (seen.TryGetValue(file.Name[..end], out var clash))
                {
                    problems.Add($"On Windows the file {clash} and the folder of {file.Name} are the same: they differ by case only.");
                }
            }
        }

        if (files.MaxBy(file => file.Name.Length) is { } longest && Game.Length + longest.Name.Length > LongestPath)
        {
            warnings.Add($"The longest path, {longest.Name}, will have {Game.Length + longest.Name.Length} characters under {Game}: "
                + $"most Windows programs cannot open more than {LongestPath}.");
        }
    }

    private static string? Fault(string name)
    {
        foreach (var segment in name.Split('/'))
        {
            if (segment.AsSpan().IndexOfAny(Forbidden) is var at and >= 0)
            {
                return segment[at] < ' ' ? "it has a control character in it" : $"it has a {segment[at]} in it";
            }

            if (segment.EndsWith('.') || segment.EndsWith(' '))
            {
                return "a name there cannot end in a dot or a space";
            }

            if (Reserved.Contains(segment.Split('.')[0].TrimEnd(' ')))
            {
                return $"{segment} is the name of a device";
            }
        }

        return null;
    }
}
