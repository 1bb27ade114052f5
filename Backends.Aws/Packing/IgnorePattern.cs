namespace FleetBridge.Backends.Aws.Packing;

/// <summary>
/// A glob as gitignore means it (git-scm.com/docs/gitignore, "PATTERN FORMAT"): <c>*</c> and <c>?</c> stay within a name,
/// <c>**</c> between slashes spans folders, <c>[…]</c> knows ranges, negation and POSIX classes, a backslash escapes
/// what follows.
/// </summary>
/// <param name="pattern">The glob.</param>
/// <param name="wholePath">Whether it is compared with a path; otherwise with a single name.</param>
/// <param name="ignoreCase">Whether <c>A</c> and <c>a</c> are the same.</param>
internal sealed class IgnorePattern(string pattern, bool wholePath, bool ignoreCase)
{
    /// <summary>
    /// A mismatch says which outer star may still match: none when the text has ended, and only a <c>**</c> when a star has met a
    /// slash. Without that, <c>a*b*c*d</c> would take exponential time.
    /// </summary>
    private enum Outcome
    {
        Match,
        Mismatch,
        OutOfText,
        SlashMet,
    }

    /// <summary>Whether a name or a path matches as a whole.</summary>
    public bool Matches(ReadOnlySpan<char> text) => Match(0, text) == Outcome.Match;

    private Outcome Match(int at, ReadOnlySpan<char> text)
    {
        for (; at < pattern.Length; at++)
        {
            var expected = pattern[at];
            if (expected == '*')
            {
                return MatchStar(at, text);
            }

            if (text.IsEmpty)
            {
                return Outcome.OutOfText;
            }

            var actual = text[0];
            text = text[1..];
            switch (expected)
            {
                case '?' when actual == '/' && wholePath:
                    return Outcome.Mismatch;
                case '?':
                    break;
                case '[':
                    if (new IgnoreBracket(pattern, ignoreCase).Read(ref at, actual) is not { } within)
                    {
                        return Outcome.OutOfText;
                    }

                    if (!within || (actual == '/' && wholePath))
                    {
                        return Outcome.Mismatch;
                    }

                    break;
                case '\\' when at + 1 == pattern.Length:
                    return Outcome.Mismatch;
                default:
                    if (expected == '\\')
                    {
                        expected = pattern[++at];
                    }

                    if (Fold(expected) != Fold(actual))
                    {
                        return Outcome.Mismatch;
                    }

                    break;
            }
        }

        return text.IsEmpty ? Outcome.Match : Outcome.Mismatch;
    }

    private Outcome MatchStar(int at, ReadOnlySpan<char> text)
    {
        var start = at;
        while (at < pattern.Length && pattern[at] == '*')
        {
            at++;
        }

        var spans = !wholePath;
        if (wholePath && at - start > 1 && (start == 0 || pattern[start - 1] == '/'))
        {
            // "**" counts only as a whole segment; elsewhere two stars are one
            var rest = pattern.AsSpan(at);
            spans = rest.IsEmpty || rest[0] == '/' || rest.StartsWith("\\/");
            if (spans && !rest.IsEmpty && rest[0] == '/' && Match(at + 1, text) == Outcome.Match)
            {
                return Outcome.Match;
            }
        }

        if (at == pattern.Length)
        {
            return spans || !text.Contains('/') ? Outcome.Match : Outcome.SlashMet;
        }

        for (; !text.IsEmpty; text = text[1..])
        {
            var outcome = Match(at, text);
            if (outcome is Outcome.Match or Outcome.OutOfText || (outcome == Outcome.SlashMet && !spans))
            {
                return outcome;
            }

            if (!spans && text[0] == '/')
            {
                return Outcome.SlashMet;
            }
        }

        return Match(at, text) == Outcome.Match ? Outcome.Match : Outcome.OutOfText;
    }

    private char Fold(char letter) => ignoreCase ? char.ToLowerInvariant(letter) : letter;
}
