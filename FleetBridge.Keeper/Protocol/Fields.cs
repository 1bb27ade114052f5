using System.Globalization;
using System.Text;

namespace FleetBridge.Keeper.Protocol;

/// <summary>
/// What worker and keeper write for each other: names with values, each ended by NUL, which no argument, variable or path can have.
/// A name may be there several times.
/// </summary>
internal sealed class Fields
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    /// <summary>Adds a value.</summary>
    public Fields Add(string name, string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new FormatException($"{name} has a NUL in it.");
        }

        _fields.Add(new(name, value));
        return this;
    }

    /// <summary>Adds a number.</summary>
    public Fields Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>All values of a name.</summary>
    public IEnumerable<string> All(string name)
    {
        foreach (var field in _fields)
        {
            if (field.Key == name)
            {
                yield return field.Value;
            }
        }
    }

    /// <summary>The first value of a name; null when there is none.</summary>
    public string? Find(string name)
    {
        foreach (var value in All(name))
        {
            return value;
        }

        return null;
    }

    /// <summary>The value of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public string Get(string name) => Find(name) ?? throw new FormatException($"{name} is missing.");

    /// <summary>The number of a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public long GetNumber(string name) => FindNumber(name) ?? throw new FormatException($"{name} is missing.");

    /// <summary>The number of a name; null when there is none.</summary>
    public long? FindNumber(string name) =>
        long.TryParse(Find(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The bytes of a file.</summary>
    public byte[] Write()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _fields)
        {
            text.Append(name).Append('=').Append(value).Append('\0');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="FormatException">They are something else.</exception>
    public static Fields Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new Fields();
        foreach (var part in Encoding.UTF8.GetString(bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new FormatException("A field has no name.");
            }

            fields.Add(part[..equals], part[(equals + 1)..]);
        }

        return fields;
    }
}
