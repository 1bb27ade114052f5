namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// The lines of an ignore file, as git interprets them: the last matching line decides, and files in an ignored folder cannot be
/// included again (docs/decisions/0006-gitignore-without-a-package.md says why this is not a package).
/// </summary>
internal sealed class IgnoreRules
{
    /// <summary>The ignore file's name, in the package root.</summary>
    public const string FileName = ".fleetbridgeignore";

    /// <summary>How long such a file may be: every name in the package is compared with each of its patterns.</summary>
    public const long MostBytes = 1024 * 1024;

    private readonly List<Rule> _rules = [];

    /// <summary>Parses an ignore file.</summary>
    /// <param name="text">The ignore file.</param>
    /// <param name="ignoreCase">Whether <c>A</c> and <c>a</c> are the same, as in git on Windows and macOS.</param>
    public IgnoreRules(string text, bool ignoreCase)
    {
        foreach (var line in text.TrimStart('\ufeff').Split('\n'))
        {
            if (Rule.Parse(line.EndsWith('\r') ? line[..^1] : line, ignoreCase) is { } rule)
            {
                _rules.Add(rule);
            }
        }
    }

    /// <summary>Whether a file or a folder is excluded by its own path; its parents have to be checked first.</summary>
    /// <param name="path">Relative to the root, with forward slashes, without a final slash.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public bool Ignores(string path, bool isFolder)
    {
        for (var i = _rules.Count - 1; i >= 0; i--)
        {
            if (_rules[i].Matches(path, isFolder))
            {
                return !_rules[i].Negated;
            }
        }

        return false;
    }

    private sealed record Rule(IgnorePattern Pattern, bool Negated, bool FoldersOnly, bool NameOnly)
    {
        public static Rule? Parse(string line, bool ignoreCase)
        {
            if (line.StartsWith('#'))
            {
                return null;
            }

            var pattern = TrimUnescapedSpaces(line);
            var negated = pattern.StartsWith('!');
            pattern = negated ? pattern[1..] : pattern;
            var foldersOnly = pattern.EndsWith('/');
            pattern = foldersOnly ? pattern[..^1] : pattern;
            var nameOnly = !pattern.Contains('/', StringComparison.Ordinal);
            pattern = pattern.StartsWith('/') ? pattern[1..] : pattern;
            return pattern.Length == 0
                ? null
                : new Rule(new IgnorePattern(pattern, !nameOnly, ignoreCase), negated, foldersOnly, nameOnly);
        }

        public bool Matches(string path, bool isFolder) =>
            (isFolder || !FoldersOnly) && Pattern.Matches(NameOnly ? path.AsSpan(path.LastIndexOf('/') + 1) : path);

        private static string TrimUnescapedSpaces(string line)
        {
            var end = 0;
            for (var i = 0; i < line.Length; i++)
            {
                if (line[i] == '\\')
                {
                    i++;
                    end = Math.Min(i + 1, line.Length);
                }
                else if (line[i] != ' ')
                {
                    end = i + 1;
                }
            }

            return line[..end];
        }
    }
}
