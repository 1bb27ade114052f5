using System.Globalization;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>Reads the FilterExpression of SearchGameSessions. Comparisons bind closest, then parentheses, <c>NOT</c>, <c>AND</c> and
/// <c>OR</c> (https://docs.aws.amazon.com/gamelift/latest/apireference/API_SearchGameSessions.html).</summary>
internal sealed class SearchParser
{
    /// <summary>The most characters of an expression: the model's bound, kept here for other callers.</summary>
    public const int MaximumLength = 1024;

    /// <summary>How deep parentheses and <c>NOT</c> may be nested.</summary>
    public const int MaximumDepth = 64;

    private readonly SearchTokenizer _tokens;
    private SearchToken _next;
    private int _depth;

    private SearchParser(string expression)
    {
        _tokens = new SearchTokenizer(expression);
        _next = _tokens.Next();
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="expression">Its text.</param>
    /// <exception cref="FormatException">It is none; the message says where.</exception>
    public static SearchExpression Parse(string expression)
    {
        CheckLength(expression);
        var parser = new SearchParser(expression);
        var tree = parser.Any();
        return parser._next.Kind == SearchTokenKind.End
            ? tree
            : throw new FormatException($"AND, OR or the end of the expression is expected, not {parser._next.Shown}.");
    }

    /// <summary>Refuses an expression that is longer than GameLift's.</summary>
    /// <param name="expression">The expression.</param>
    /// <exception cref="FormatException">It is too long.</exception>
    public static void CheckLength(string expression)
    {
        if (expression.Length > MaximumLength)
        {
            throw new FormatException($"The expression has {expression.Length} characters, more than {MaximumLength}.");
        }
    }

    private SearchExpression Any() => Joined("OR", All, static parts => new AnyOf(parts));

    private SearchExpression All() => Joined("AND", Part, static parts => new AllOf(parts));

    private SearchExpression Joined(string word, Func<SearchExpression> part, Func<List<SearchExpression>, SearchExpression> join)
    {
        var first = part();
        if (!_next.Is(word))
        {
            return first;
        }

        List<SearchExpression> parts = [first];
        while (_next.Is(word))
        {
            Take();
            parts.Add(part());
        }

        return join(parts);
    }

    private SearchExpression Part()
    {
        if (++_depth > MaximumDepth)
        {
            throw new FormatException($"Parentheses and NOT are nested more than {MaximumDepth} levels deep.");
        }

        var part = _next.Is("NOT") ? Negated() : _next.Kind == SearchTokenKind.Open ? Parenthesized() : Compared();
        _depth--;
        return part;
    }

    private Not Negated()
    {
        Take();
        return new Not(Part());
    }

    private SearchExpression Parenthesized()
    {
        var open = Take();
        var inner = Any();
        if (_next.Kind != SearchTokenKind.Close)
        {
            throw new FormatException(
                $"The parenthesis at character {open.Position} is not closed: ), AND or OR is expected, not {_next.Shown}.");
        }

        Take();
        return inner;
    }

    private SearchExpression Compared()
    {
        var operand = SearchOperand.Find(Take());
        var comparison = Take();
        if (comparison.Kind != SearchTokenKind.Operator)
        {
            throw new FormatException($"An operator (= <> < > <= >=) is expected after {operand.Name}, not {comparison.Shown}.");
        }

        var value = Take();
        return operand switch
        {
            TextOperand text => new TextComparison(text, IsEquality(text, comparison), Text(text, value)),
            BooleanOperand boolean => new BooleanComparison(boolean, IsEquality(boolean, comparison), Boolean(boolean, value)),
            NumberOperand number => new NumberComparison(number, comparison.Value, Number(number, value)),
            _ => throw new InvalidOperationException($"{operand.Name} is of no kind."),
        };
    }

    private static bool IsEquality(SearchOperand operand, SearchToken comparison) => comparison.Value switch
    {
        "=" => true,
        "<>" => false,
        _ => throw new FormatException(
            $"{operand.Name} can be compared with = and <> only, not with {comparison.Shown}: it is "
            + $"{(operand is TextOperand ? "a text" : "true or false")}."),
    };

    private static string Text(SearchOperand operand, SearchToken value) => value.Kind == SearchTokenKind.Text
        ? value.Value
        : throw new FormatException($"{operand.Name} is compared with a text in single quotes, not with {value.Shown}.");

    private static bool Boolean(SearchOperand operand, SearchToken value) => value.Is("true") || (value.Is("false")
        ? false
        : throw new FormatException($"{operand.Name} is compared with true or false, without quotes, not with {value.Shown}."));

    private static decimal Number(SearchOperand operand, SearchToken value) =>
        value.Kind == SearchTokenKind.Word
        && decimal.TryParse(
            value.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{operand.Name} is compared with a number, without quotes, not with {value.Shown}.");

    private SearchToken Take()
    {
        var taken = _next;
        if (taken.Kind != SearchTokenKind.End)
        {
            _next = _tokens.Next();
        }

        return taken;
    }
}
