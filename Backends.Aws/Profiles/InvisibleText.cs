using System.Globalization;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>Finds what nobody sees in a value: AWS only says that such a key or signature is wrong.</summary>
internal static class InvisibleText
{
    /// <summary>The end of a sentence such as <c>ends with a carriage return</c>; null when there is nothing invisible.</summary>
    public static string? Find(string value)
    {
        for (var at = 0; at < value.Length; at++)
        {
            if (IsInvisible(value[at]))
            {
                return $"{(value[at..].All(IsInvisible) ? "ends with" : "contains")} {Name(value[at])}";
            }
        }

        return null;
    }

    /// <summary>The same for a key or a token, in which no space belongs either.</summary>
    public static string? FindInKey(string value)
    {
        if (Find(value) is { } invisible)
        {
            return invisible;
        }

        var space = value.AsSpan().IndexOfAny(' ', '\u00A0');
        return space < 0 ? null : $"{(space == value.TrimEnd().Length ? "ends with" : "contains")} a space";
    }

    private static bool IsInvisible(char character) =>
        char.IsControl(character) || character is '\u200B' or '\uFEFF' or '\uFFFD';

    private static string Name(char character) => character switch
    {
        '\r' => "a carriage return",
        '\n' => "a line feed",
        '\t' => "a tab",
        '\uFEFF' => "a byte order mark",
        '\uFFFD' => "a byte that is not UTF-8",
        _ => $"the invisible character U+{((int)character).ToString("X4", CultureInfo.InvariantCulture)}",
    };
}
