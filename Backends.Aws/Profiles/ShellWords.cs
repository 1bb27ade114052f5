using System.Text;

namespace FleetBridge.Backends.Aws.Profiles;

/// <summary>Splits a section's name into words, as Python's <c>shlex.split</c> does: quotes and backslashes as in a shell.</summary>
internal static class ShellWords
{
    /// <summary>The words; null when a quote is not closed or a backslash is the last character.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        List<string> words = [];
        StringBuilder? word = null;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case ' ' or '\t' or '\r' or '\n':
                    End(words, ref word);
                    break;
                case '\'' or '"':
                    word ??= new StringBuilder();
                    if ((at = Quoted(text, at, word)) < 0)
                    {
                        return null;
                    }

                    break;
                case '\\' when at + 1 == text.Length:
                    return null;
                case '\\':
                    (word ??= new StringBuilder()).Append(text[++at]);
                    break;
                case var character:
                    (word ??= new StringBuilder()).Append(character);
                    break;
            }
        }

        End(words, ref word);
        return words;
    }

    /// <summary>A word that <see cref="Split"/> gives back, as <c>aws configure</c> writes it.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || "@%_-+=:,./".Contains(character, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\"'\"'", StringComparison.Ordinal)}'";

    private static void End(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
            word = null;
        }
    }

    /// <returns>The place of the closing quote; -1 when there is none.</returns>
    private static int Quoted(string text, int open, StringBuilder word)
    {
        var quote = text[open];
        for (var at = open + 1; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                return at;
            }

            if (quote == '"' && text[at] == '\\')
            {
                if (at + 1 == text.Length)
                {
                    return -1;
                }

                // within double quotes it escapes only these two
                if (text[at + 1] is '"' or '\\')
                {
                    at++;
                }
            }

            word.Append(text[at]);
        }

        return -1;
    }
}
