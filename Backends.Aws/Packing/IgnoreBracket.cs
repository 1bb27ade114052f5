namespace FleetBridge.Backends.Aws.Packing;

/// <summary>The <c>[a-z]</c> of a gitignore pattern.</summary>
/// <param name="pattern">The whole pattern.</param>
/// <param name="ignoreCase">Whether <c>A</c> and <c>a</c> are the same.</param>
internal readonly struct IgnoreBracket(string pattern, bool ignoreCase)
{
    /// <summary>Reads the bracket and says whether a character is in it.</summary>
    /// <param name="at">The index of the opening bracket; afterwards of the closing one.</param>
    /// <param name="letter">The character.</param>
    /// <returns>Null if the bracket is never closed or names an unknown class.</returns>
    public bool? Read(ref int at, char letter)
    {
        at++;
        var negated = at < pattern.Length && pattern[at] is '!' or '^';
        if (negated)
        {
            at++;
        }

        var found = false;
        for (var first = true; ; first = false, at++)
        {
            if (at >= pattern.Length)
            {
                return null;
            }

            if (pattern[at] == ']' && !first)
            {
                return found != negated;
            }

            if (pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] == ':')
            {
                var end = pattern.IndexOf(":]", at + 2, StringComparison.Ordinal);
                if (end < 0 || IsInClass(pattern[(at + 2)..end], letter) is not { } inClass)
                {
                    return null;
                }

                found |= inClass;
                at = end + 1;
                continue;
            }

            if (ReadLetter(ref at) is not { } low)
            {
                return null;
            }

            var high = low;
            if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] != ']')
            {
                at += 2;
                if (ReadLetter(ref at) is not { } end)
                {
                    return null;
                }

                high = end;
            }

            found |= IsBetween(low, high, letter);
        }
    }

    private char? ReadLetter(ref int at)
    {
        if (pattern[at] == '\\' && ++at >= pattern.Length)
        {
            return null;
        }

        return pattern[at];
    }

    private bool IsBetween(char low, char high, char letter) => (letter >= low && letter <= high)
        || (ignoreCase
            && ((char.ToLowerInvariant(letter) >= low && char.ToLowerInvariant(letter) <= high)
                || (char.ToUpperInvariant(letter) >= low && char.ToUpperInvariant(letter) <= high)));

    private bool? IsInClass(string name, char letter) => name switch
    {
        "alpha" => char.IsAsciiLetter(letter),
        "digit" => char.IsAsciiDigit(letter),
        "alnum" => char.IsAsciiLetterOrDigit(letter),
        "xdigit" => char.IsAsciiHexDigit(letter),
        "upper" => char.IsAsciiLetterUpper(letter) || (ignoreCase && char.IsAsciiLetter(letter)),
        "lower" => char.IsAsciiLetterLower(letter) || (ignoreCase && char.IsAsciiLetter(letter)),
        "space" => letter is ' ' or (>= '\t' and <= '\r'),
        "blank" => letter is ' ' or '\t',
        "cntrl" => letter is < ' ' or '\x7f',
        "print" => letter is >= ' ' and < '\x7f',
        "graph" => letter is > ' ' and < '\x7f',
        "punct" => char.IsAscii(letter) && letter > ' ' && letter != '\x7f' && !char.IsAsciiLetterOrDigit(letter),
        _ => null,
    };
}
