using System.Buffers;

namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// File names that Windows does not allow (Microsoft, "Naming Files, Paths, and Namespaces"): a package from another system may
/// have them, and the fleet would fail only after the upload.
/// </summary>
internal static class WindowsNames
{
    /// <summary>Where GameLift unpacks a build on Windows.</summary>
    private const string Game = @"C:\game\";

    /// <summary>MAX_PATH without the final zero.</summary>
    private const int MaxPathLength = 259;

    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. "<>:\"|?*\\", .. Enumerable.Range(0, 32).Select(code => (char)code)]);

    private static readonly HashSet<string> Reserved = new(
        [
            "CON", "PRN", "AUX", "NUL",
            .. "123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks the names in the zip.</summary>
    /// <param name="files">The files.</param>
    /// <param name="problems">Receives a sentence for each name that cannot be unpacked.</param>
    /// <param name="warnings">Receives a sentence if a path is longer than most Windows programs can open.</param>
    public static void Check(IReadOnlyList<PackageFile> files, List<string> problems, List<string> warnings)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in files)
        {
            if (FaultOf(file.Name) is { } fault)
            {
                problems.Add($"Windows does not allow the file name {file.Name}: {fault}.");
            }

            if (!seen.TryAdd(file.Name, file.Name))
            {
                problems.Add($"On Windows {file.Name} and {seen[file.Name]} are the same file: they differ only by case.");
            }
        }

        foreach (var file in files)
        {
            for (var end = file.Name.IndexOf('/', StringComparison.Ordinal); end >= 0; end = file.Name.IndexOf('/', end + 1))
            {
                if (seen.TryGetValue(file.Name[..end], out var clash))
                {
                    problems.Add($"On Windows the file {clash} and the folder of {file.Name} are the same: they differ only by case.");
                }
            }
        }

        if (files.MaxBy(file => file.Name.Length) is { } longest && Game.Length + longest.Name.Length > MaxPathLength)
        {
            warnings.Add($"The longest path, {longest.Name}, will be {Game.Length + longest.Name.Length} characters long under {Game}; "
                + $"most Windows programs cannot open more than {MaxPathLength}.");
        }
    }

    private static string? FaultOf(string name)
    {
        foreach (var segment in name.Split('/'))
        {
            if (segment.AsSpan().IndexOfAny(Forbidden) is var at and >= 0)
            {
                return segment[at] < ' ' ? "it contains a control character" : $"it contains a {segment[at]}";
            }

            if (segment.EndsWith('.') || segment.EndsWith(' '))
            {
                return "names cannot end with a dot or a space";
            }

            if (Reserved.Contains(segment.Split('.')[0].TrimEnd(' ')))
            {
                return $"{segment} is the name of a device";
            }
        }

        return null;
    }
}
