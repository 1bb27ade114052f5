using System.Globalization;
using System.Text;

namespace FleetBridge.Backends.Aws.Account;

/// <summary>
/// Finds words in a text however they are written there: with the escapes of addresses (<c>%2f</c>, <c>%252F</c>), of JSON
/// (<c>\/</c>, <c>\u002f</c>) and of XML and HTML (<c>&amp;#x2F;</c>, <c>&amp;#47;</c>, <c>&amp;amp;</c>), in capital and small letters, and
/// broken into lines. Its time is linear in the length of the text.
/// </summary>
internal static class EscapedText
{
    /// <summary>An escape may be escaped again: an address in JSON in XML.</summary>
    private const int MostLayers = 4;

    private const int LongestEntity = 10;

    /// <summary>Replaces words.</summary>
    /// <param name="text">The text.</param>
    /// <param name="words">The words, as they are without escapes.</param>
    /// <param name="replacement">What replaces them.</param>
    /// <returns>The text; of what is not replaced, no escape is changed.</returns>
    public static string Replace(string text, IReadOnlyCollection<string> words, string replacement)
    {
        if (words.Count == 0)
        {
            return text;
        }

        var found = new List<(int Start, int End)>();
        var layer = new Layer(text, [.. Enumerable.Range(0, text.Length + 1)]);
        for (var depth = 0; depth <= MostLayers; depth++)
        {
            Find(layer, words, found);
            Find(layer.WithoutLineBreaks(), words, found);
            var next = layer.Unescaped();
            if (next.Text.Length == layer.Text.Length)
            {
                break;
            }

            layer = next;
        }

        return found.Count == 0 ? text : Replace(text, found, replacement);
    }

    private static void Find(Layer layer, IReadOnlyCollection<string> words, List<(int Start, int End)> found)
    {
        foreach (var word in words)
        {
            for (var at = 0; (at = layer.Text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += word.Length)
            {
                // up to the end of its last letter's escape, not to the beginning of the next letter, which line breaks may precede
                found.Add((layer.Places[at], layer.Ends(at + word.Length - 1)));
            }
        }
    }

    private static string Replace(string text, List<(int Start, int End)> found, string replacement)
    {
        var replaced = new StringBuilder(text.Length);
        var done = 0;
        foreach (var (start, end) in found.OrderBy(place => place.Start).ThenByDescending(place => place.End))
        {
            if (start >= done)
            {
                replaced.Append(text, done, start - done).Append(replacement);
            }

            done = Math.Max(done, end);
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>A text with some of its escapes resolved.</summary>
    /// <param name="Text">The text.</param>
    /// <param name="Places">Where each of its letters begins in the original text, and where that ends.</param>
    private sealed record Layer(string Text, int[] Places)
    {
        private int[]? _ends;

        /// <summary>Where a letter ends in the original text.</summary>
        public int Ends(int at) => _ends is null ? Places[at + 1] : _ends[at];

        public Layer Unescaped()
        {
            var (text, places) = (new StringBuilder(Text.Length), new List<int>(Places.Length));
            for (var at = 0; at < Text.Length;)
            {
                var (letter, length) = Read(Text.AsSpan(at));
                text.Append(letter);
                places.Add(Places[at]);
                at += length;
            }

            places.Add(Places[^1]);
            return new Layer(text.ToString(), [.. places]);
        }

        /// <summary>The same without line breaks, and without the spaces before and behind them.</summary>
        public Layer WithoutLineBreaks()
        {
            if (!Text.AsSpan().ContainsAny('\r', '\n'))
            {
                return this;
            }

            var (text, places, ends) = (new StringBuilder(Text.Length), new List<int>(), new List<int>());
            for (var at = 0; at < Text.Length; at++)
            {
                if (!char.IsWhiteSpace(Text[at]))
                {
                    text.Append(Text[at]);
                    places.Add(Places[at]);
                    ends.Add(Ends(at));
                }
            }

            places.Add(Places[^1]);
            return new Layer(text.ToString(), [.. places]) { _ends = [.. ends] };
        }

        private static (char Letter, int Length) Read(ReadOnlySpan<char> text) => text switch
        {
            ['%', _, _, ..] when Hex(text[1..3]) is { } letter => (letter, 3),
            ['\\', 'u' or 'U', _, _, _, _, ..] when Hex(text[2..6]) is { } letter => (letter, 6),
            ['\\', '/' or '\\' or '"' or '\'', ..] => (text[1], 2),
            ['\\', 'n', ..] => ('\n', 2),
            ['\\', 'r', ..] => ('\r', 2),
            ['&', _, _, ..] => Entity(text),
            _ => (text[0], 1),
        };

        private static (char Letter, int Length) Entity(ReadOnlySpan<char> text)
        {
            var end = text[..Math.Min(text.Length, LongestEntity)].IndexOf(';');
            char? letter = end < 0 ? null : text[1..end] switch
            {
                ['#', 'x' or 'X', .. var digits] => Hex(digits),
                ['#', .. var digits] => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number is > 0 and <= char.MaxValue ? (char)number : null,
                "amp" => '&',
                "quot" => '"',
                "sol" => '/',
                "plus" => '+',
                "equals" => '=',
                _ => null,
            };
            return letter is { } found ? (found, end + 1) : ('&', 1);
        }

        private static char? Hex(ReadOnlySpan<char> digits) =>
            int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= char.MaxValue ? (char)number : null;
    }
}
