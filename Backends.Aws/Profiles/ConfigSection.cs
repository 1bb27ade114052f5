namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>A place in one of AWS's files.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">The line, from 1.</param>
internal readonly record struct ConfigPlace(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, line {Line}";
}

/// <summary>What is wrong in a line.</summary>
/// <param name="Place">The line.</param>
/// <param name="What">What is wrong, as a sentence without its full stop.</param>
internal sealed record ConfigProblem(ConfigPlace Place, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {What}";
}

/// <summary>A setting in a section.</summary>
/// <param name="value">The value; with line feeds where indented lines continue it.</param>
/// <param name="place">Its first line.</param>
internal sealed class ConfigEntry(string value, ConfigPlace place)
{
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The value.</summary>
    public string Value => value;

    /// <summary>Its first line.</summary>
    public ConfigPlace Place => place;

    /// <summary>Whether it is a group: a value whose first line is empty, followed by indented settings.</summary>
    public bool IsGroup => value.StartsWith('\n');

    /// <summary>The settings of a group.</summary>
    public IReadOnlyDictionary<string, string> Group => !IsGroup ? None : GroupLines
        .Where(line => line.Contains('=', StringComparison.Ordinal))
        .Select(line => line.Split('=', 2))
        .GroupBy(pair => pair[0].Trim())
        .ToDictionary(pairs => pairs.Key, pairs => pairs.Last()[1].Trim());

    /// <summary>A line of a group that is no setting; null when all are.</summary>
    public string? BadGroupLine => IsGroup ? GroupLines.FirstOrDefault(line => !line.Contains('=', StringComparison.Ordinal)) : null;

    private IEnumerable<string> GroupLines => value.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);

    /// <summary>Only the place: the value may be a secret.</summary>
    public override string ToString() => place.ToString();
}

/// <summary>A section of one of AWS's files.</summary>
/// <param name="Name">What is between its brackets.</param>
/// <param name="Place">Its heading.</param>
internal sealed record ConfigSection(string Name, ConfigPlace Place)
{
    /// <summary>The settings, by their lower-case names.</summary>
    public Dictionary<string, ConfigEntry> Entries { get; } = [];

    /// <summary>What is wrong in the section.</summary>
    public List<ConfigProblem> Problems { get; } = [];
}
