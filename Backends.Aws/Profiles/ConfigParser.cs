using System.Text.RegularExpressions;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>Reads sections and settings line by line, as Python's <c>RawConfigParser</c> does.</summary>
/// <param name="path">The file's path, for messages.</param>
internal sealed partial class ConfigParser(string path)
{
    /// <summary>Its settings count in every section that does not have them.</summary>
    private const string DefaultSection = "DEFAULT";

    private const int LongestQuote = 40;

    private readonly List<ConfigSection> _sections = [];
    private readonly List<ConfigProblem> _problems = [];
    private ConfigSection? _section;
    private string? _option;
    private List<string>? _lines;
    private ConfigPlace _optionPlace;
    private int _indent;

    /// <summary>Reads a text.</summary>
    /// <param name="path">The path of the text's file, for messages.</param>
    /// <param name="text">The text.</param>
    public static ConfigFile Parse(string path, string text)
    {
        var parser = new ConfigParser(path);
        var number = 0;
        foreach (var line in LineEnds().Split(text))
        {
            parser.Read(line, new ConfigPlace(path, ++number));
        }

        parser.EndOption();
        return parser.End();
    }

    private void Read(string line, ConfigPlace place)
    {
        var content = line.Trim();
        if (content.StartsWith('#') || content.StartsWith(';'))
        {
            return;
        }

        if (content.Length == 0)
        {
            // a blank line is part of a value that continues after it
            _lines?.Add("");
            return;
        }

        var indent = line.Length - line.TrimStart().Length;
        if (_lines is not null && indent > _indent)
        {
            _lines.Add(content);
            return;
        }

        _indent = indent;
        if (content[0] == '[')
        {
            EndOption();
            Begin(content, place);
        }
        else if (_section is null)
        {
            _problems.Add(new(place, $"'{Quote(content)}' is before the first section"));
        }
        else
        {
            EndOption();
            ReadOption(content, place);
        }
    }

    private void Begin(string content, ConfigPlace place)
    {
        // comments behind the bracket are nothing to the parser
        var end = content.LastIndexOf(']');
        if (end < 2)
        {
            _problems.Add(new(place, $"'{Quote(content)}' begins a section, and its ']' is missing"));
            _section = new ConfigSection(content[1..], place);
            return;
        }

        var name = content[1..end];
        if (_sections.Find(section => section.Name == name) is { } earlier)
        {
            if (name != DefaultSection)
            {
                earlier.Problems.Add(new(place, $"the section [{Quote(name)}] is there twice, first in line {earlier.Place.Line}"));
            }

            _section = earlier;
            return;
        }

        _sections.Add(_section = new ConfigSection(name, place));
    }

    private void ReadOption(string content, ConfigPlace place)
    {
        var delimiter = content.AsSpan().IndexOfAny('=', ':');
        if (delimiter <= 0)
        {
            _section!.Problems.Add(new(place, delimiter < 0
                ? $"'{Quote(content)}' is no setting: there is no '=' in it"
                : "there is no name before the '='"));
            return;
        }

        var name = content[..delimiter].Trim().ToLowerInvariant();
        if (_section!.Entries.TryGetValue(name, out var earlier))
        {
            _section.Problems.Add(new(place, $"'{Quote(name)}' is there twice, first in line {earlier.Place.Line}"));
        }

        (_option, _optionPlace, _lines) = (name, place, [content[(delimiter + 1)..].Trim()]);
    }

    private void EndOption()
    {
        if (_option is null)
        {
            return;
        }

        var entry = new ConfigEntry(string.Join('\n', _lines!).TrimEnd(), _optionPlace);
        if (entry.BadGroupLine is { } bad)
        {
            _section!.Problems.Add(new(_optionPlace, $"'{Quote(bad)}' below '{_option}' is no setting: there is no '=' in it"));
        }

        _section!.Entries[_option] = entry;
        (_option, _lines) = (null, null);
    }

    private ConfigFile End()
    {
        if (_sections.Find(section => section.Name == DefaultSection) is { } defaults)
        {
            _sections.Remove(defaults);
            _problems.AddRange(defaults.Problems);
            foreach (var section in _sections)
            {
                foreach (var (name, entry) in defaults.Entries)
                {
                    section.Entries.TryAdd(name, entry);
                }
            }
        }

        return new ConfigFile(path, _sections, _problems);
    }

    /// <summary>The beginning of a line, without what may be a secret in it.</summary>
    private static string Quote(string content)
    {
        var text = LongWord().Replace(content, "…");
        return text.Length <= LongestQuote ? text : text[..LongestQuote] + "…";
    }

    // Python's universal line ends
    [GeneratedRegex("\r\n|\r|\n")]
    private static partial Regex LineEnds();

    [GeneratedRegex("[A-Za-z0-9+/=]{16,}")]
    private static partial Regex LongWord();
}
