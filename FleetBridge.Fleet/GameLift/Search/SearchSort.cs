using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>Reads the SortExpression of SearchGameSessions: an operand and <c>ASC</c> or <c>DESC</c>.</summary>
internal static class SearchSort
{
    /// <summary>Reads an order.</summary>
    /// <param name="expression">Its text.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static Comparison<GameSession> Parse(string expression)
    {
        SearchParser.CheckLength(expression);
        var tokens = new SearchTokenizer(expression);
        var operand = SearchOperand.Find(tokens.Next());
        var direction = tokens.Next();
        if (!direction.Is("ASC") && !direction.Is("DESC"))
        {
            throw new FormatException($"ASC or DESC is expected after {operand.Name}, not {direction.Shown}.");
        }

        var end = tokens.Next();
        return end.Kind == SearchTokenKind.End
            ? operand.Order(direction.Is("DESC"))
            : throw new FormatException($"The end of the expression is expected, not {end.Shown}: sessions are sorted by one operand.");
    }
}
