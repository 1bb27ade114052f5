namespace FleetBridge.Core.Security;

/// <summary>
/// Whether a text contains one of some words, whatever its letters' case: the automaton of Aho and Corasick ("Efficient string matching",
/// 1975), one step for each character, without going back.
/// </summary>
/// <remarks>The framework's <c>SearchValues</c> is faster on long texts, but its code for words is compiled when it is first used, first
/// without optimization: that was a tenth of the time that the first hundred thousand records of a run took (docs/performance-notes.md).</remarks>
internal sealed class WordSearch
{
    /// <summary>All characters that are in no word.</summary>
    private const byte Other = 0;

    private readonly byte[] _kinds = new byte[128];
    private readonly int _width;
    private readonly ushort[] _next;
    private readonly bool[] _ends;

    /// <summary>Prepares a search.</summary>
    /// <param name="words">The words, of ASCII characters.</param>
    public WordSearch(params ReadOnlySpan<string> words)
    {
        var kinds = 1;
        var states = 1;
        foreach (var word in words)
        {
            states += word.Length;
            foreach (var letter in word)
            {
                if (_kinds[char.ToLowerInvariant(letter)] == Other)
                {
                    _kinds[char.ToLowerInvariant(letter)] = _kinds[char.ToUpperInvariant(letter)] = (byte)kinds++;
                }
            }
        }

        (_width, _next, _ends) = (kinds, new ushort[states * kinds], new bool[states]);
        AddWords(words);
        AddReturns();
    }

    /// <summary>Whether one of the words is in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rare">A character that is looked for in the same pass.</param>
    /// <param name="other">Another one.</param>
    /// <param name="hasRare">Whether one of the two is in the text before the word that was found, or in the whole text.</param>
    public bool IsIn(ReadOnlySpan<char> text, char rare, char other, out bool hasRare)
    {
        var (kinds, next, ends) = (_kinds, _next, _ends);
        var state = 0;
        hasRare = false;
        foreach (var letter in text)
        {
            hasRare |= letter == rare || letter == other;
            state = next[(state * _width) + (letter < kinds.Length ? kinds[letter] : Other)];
            if (ends[state])
            {
                return true;
            }
        }

        return false;
    }

    private void AddWords(ReadOnlySpan<string> words)
    {
        ushort last = 0;
        foreach (var word in words)
        {
            var state = 0;
            foreach (var letter in word)
            {
                ref var following = ref _next[(state * _width) + _kinds[letter]];
                state = following = following == 0 ? ++last : following;
            }

            _ends[state] = true;
        }
    }

    /// <summary>Where no word continues, the search continues with the longest end of what was read that begins one.</summary>
    private void AddReturns()
    {
        var shorter = new ushort[_ends.Length];
        var states = new Queue<int>([0]);
        while (states.TryDequeue(out var state))
        {
            for (var kind = 0; kind < _width; kind++)
            {
                ref var following = ref _next[(state * _width) + kind];
                var back = state == 0 ? (ushort)0 : _next[(shorter[state] * _width) + kind];
                if (following == 0)
                {
                    following = back;
                }
                else
                {
                    shorter[following] = back;
                    _ends[following] |= _ends[back];
                    states.Enqueue(following);
                }
            }
        }
    }
}
