using System.Text;

namespace Amazon.Clients.Generator;

/// <summary>Names as AWS's SDK for .NET makes them of a model's.</summary>
internal static class OfficialNames
{
    /// <summary>A type's or a property's name: the model's, with a capital letter.</summary>
    /// <param name="name">The model's name.</param>
    public static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    /// <summary>The field of a constant: letters, digits and underscores of the value, with a capital letter at the begin and
    /// after everything that was left out; <c>c5.large</c> is <c>C5Large</c>.</summary>
    /// <param name="value">The constant's value.</param>
    public static string Constant(string value)
    {
        var name = new StringBuilder();
        var isBegin = true;
        foreach (var letter in value)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter == '_')
            {
                name.Append(isBegin ? char.ToUpperInvariant(letter) : letter);
                isBegin = false;
            }
            else
            {
                isBegin = true;
            }
        }

        return char.IsAsciiDigit(name[0]) ? $"_{name}" : name.ToString();
    }
}
