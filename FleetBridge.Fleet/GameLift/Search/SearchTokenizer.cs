using System.Text;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>Cuts an expression of SearchGameSessions into its parts.</summary>
/// <param name="expression">The expression.</param>
internal sealed class SearchTokenizer(string expression)
{
    private int _next;

    /// <summary>The next part.</summary>
    /// <exception cref="FormatException">There is none that the grammar knows.</exception>
    public SearchToken Next()
    {
        while (_next < expression.Length && char.IsWhiteSpace(expression[_next]))
        {
            _next++;
        }

        if (_next == expression.Length)
        {
            return new(SearchTokenKind.End, "", _next + 1);
        }

        return expression[_next] switch
        {
            '(' => Taken(SearchTokenKind.Open, 1),
            ')' => Taken(SearchTokenKind.Close, 1),
            '=' => Taken(SearchTokenKind.Operator, 1),
            '<' => Taken(SearchTokenKind.Operator, Follows('=') || Follows('>') ? 2 : 1),
            '>' => Taken(SearchTokenKind.Operator, Follows('=') ? 2 : 1),
            '!' => throw new FormatException($"! at character {_next + 1} is no operator; unequal is written <>."),
            '\'' or '"' => Text(),
            _ => Word(),
        };
    }

    private SearchToken Taken(SearchTokenKind kind, int length)
    {
        var token = new SearchToken(kind, expression.Substring(_next, length), _next + 1);
        _next += length;
        return token;
    }

    private bool Follows(char next) => _next + 1 < expression.Length && expression[_next + 1] == next;

    private SearchToken Text()
    {
        var start = _next;
        var quote = expression[_next++];
        var text = new StringBuilder();
        while (_next < expression.Length)
        {
            var character = expression[_next++];
            if (character == quote)
            {
                return new(SearchTokenKind.Text, text.ToString(), start + 1);
            }

            if (character == '\\' && _next < expression.Length && expression[_next] is '\'' or '"' or '\\')
            {
                character = expression[_next++];
            }

            text.Append(character);
        }

        throw new FormatException($"The text that begins at character {start + 1} has no closing {quote}.");
    }

    private SearchToken Word()
    {
        var length = 0;
        while (_next + length < expression.Length && IsWord(expression[_next + length]))
        {
            length++;
        }

        return Taken(SearchTokenKind.Word, length);
    }

    private static bool IsWord(char character) =>
        !char.IsWhiteSpace(character) && character is not ('(' or ')' or '=' or '<' or '>' or '!' or '\'' or '"');
}
