using Amazon.Runtime;

namespace Amazon.Clients.Runtime;

/// <summary>The fields of a form; a member that is null is no field.</summary>
/// <param name="fields">Where they are kept.</param>
internal readonly struct FormFields(IDictionary<string, string> fields)
{
    /// <summary>A text.</summary>
    public void Write(string name, string? value)
    {
        if (value is not null)
        {
            fields[name] = value;
        }
    }

    /// <summary>A constant of the model, by its name.</summary>
    public void Write(string name, ConstantClass? value) => Write(name, value?.Value);

    /// <summary>A boolean.</summary>
    public void Write(string name, bool? value) => Write(name, value is { } known ? (known ? "true" : "false") : null);

    /// <summary>A number.</summary>
    public void Write(string name, IFormattable? value) => Write(name, value is null ? null : WireNumber.Text(value));

    /// <summary>A time, as ISO 8601.</summary>
    public void Write(string name, DateTime? value) => Write(name, value is { } known ? WireTime.Text(known) : null);

    /// <summary>Bytes, as Base64.</summary>
    public void Write(string name, MemoryStream? value) => Write(name, value is null ? null : Convert.ToBase64String(value.ToArray()));

    /// <summary>A structure, whose members have names of their own behind its name.</summary>
    public void Write<T>(string name, T? value, Action<FormFields, string, T> write)
        where T : class
    {
        if (value is not null)
        {
            write(this, $"{name}.", value);
        }
    }

    /// <summary>A list of texts: <c>Name.member.1</c> and so on.</summary>
    public void WriteList(string name, List<string>? items)
    {
        for (var i = 0; i < items?.Count; i++)
        {
            fields[$"{name}.member.{i + 1}"] = items[i];
        }
    }

    /// <summary>A list of structures: <c>Name.member.1.Key</c> and so on.</summary>
    public void WriteList<T>(string name, List<T>? items, Action<FormFields, string, T> write)
        where T : class
    {
        for (var i = 0; i < items?.Count; i++)
        {
            write(this, $"{name}.member.{i + 1}.", items[i]);
        }
    }
}
