using System.Text;
using System.Text.RegularExpressions;

namespace Amazon.Emulation.Shapes;

/// <summary>
/// The models' patterns are Java's, which the services match against the whole value. In Java <c>\w</c>, <c>\d</c> and
/// <c>\s</c> are ASCII, in .NET they are not, and .NET's ECMAScript option forbids the <c>\p{L}</c> beside them.
/// </summary>
internal static class ModelPattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    /// <summary>The expression for a whole value.</summary>
    /// <param name="pattern">The pattern as the model writes it.</param>
    public static Regex Compile(string pattern)
    {
        var text = new StringBuilder(@"\A(?:");
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var next = pattern[i];
            if (next == '\\' && i + 1 < pattern.Length)
            {
                i++;
                text.Append(Ascii(pattern[i], inClass) ?? $@"\{pattern[i]}");
                continue;
            }

            inClass = next switch
            {
                '[' => true,
                ']' => false,
                _ => inClass,
            };
            text.Append(next);
        }

        return new Regex(text.Append(@")\z").ToString(), RegexOptions.CultureInvariant, Limit);
    }

    private static string? Ascii(char escape, bool inClass)
    {
        var set = escape switch
        {
            'w' => "a-zA-Z0-9_",
            'd' => "0-9",
            's' => @" \t\n\x0B\f\r",
            _ => null,
        };
        return set is null || inClass ? set : $"[{set}]";
    }
}
