namespace FleetBridge.Unreal;

/// <summary>
/// The values of a section of an Unreal configuration file, by the rules of the engine's <c>FillFileFromBuffer</c> and
/// <c>FConfigFile::ProcessCommand</c>: a key may have several values, and a setting that is no list has the last one.
/// </summary>
internal sealed class IniSection
{
    /// <summary>Marks what only packaging reads; the engine skips it.</summary>
    private const char Packaging = '~';

    private const string Commands = "+-.!@*^";

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a section, in all of its parts.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">The section's name, without brackets.</param>
    public static IniSection Read(string text, string name)
    {
        var section = new IniSection();
        var inside = false;
        foreach (var line in IniText.Lines(text).Select(line => line.TrimEnd()))
        {
            if (line is ['[', .. var heading, ']'])
            {
                inside = string.Equals(heading, name, StringComparison.OrdinalIgnoreCase);
            }
            else if (inside && !line.StartsWith(';') && line.Split('=', 2) is [var key, var value])
            {
                section.Apply(key.Trim(), IniText.Value(value));
            }
        }

        return section;
    }

    /// <summary>A key's value; null when it is blank or not set.</summary>
    public string? this[string key] => _values.TryGetValue(key, out var values) && values is [.., { Length: > 0 } last] ? last : null;

    private void Apply(string key, string value)
    {
        key = key.StartsWith(Packaging) ? key[1..] : key;
        var command = key.Length > 0 && Commands.Contains(key[0], StringComparison.Ordinal) ? key[0] : '\0';
        key = command == '\0' ? key : key[1..];
        if (!_values.TryGetValue(key, out var values))
        {
            _values[key] = values = [];
        }

        switch (command)
        {
            case '!' or '^':
                values.Clear();
                break;
            case '-' when values.LastIndexOf(value) is >= 0 and var at:
                values.RemoveAt(at);
                break;
            case '+' when !values.Contains(value):
            case '.':
                values.Add(value);
                break;
            case '\0' when values.Count > 0:
                values[^1] = value;
                break;
            case '\0':
                values.Add(value);
                break;
            default:
                // @ and * name the key of a list of structs, which is no value
                break;
        }
    }
}
