using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>What an expression compares and sorts by. A value that a session does not have is null.</summary>
internal abstract record SearchOperand(string Name)
{
    private const string Properties = "gameSessionProperties.";

    private static readonly Dictionary<string, SearchOperand> Known = new SearchOperand[]
    {
        new TextOperand("gameSessionId", static session => session.GameSessionId),
        new TextOperand("gameSessionName", static session => session.Name),
        new NumberOperand("maximumSessions", static session => session.MaximumPlayerSessionCount),
        new NumberOperand("creationTimeMillis", static session => session.CreationTime.ToUnixTimeMilliseconds()),
        new NumberOperand("playerSessionCount", static session => session.CurrentPlayerSessionCount),
        new BooleanOperand(
            "hasAvailablePlayerSessions", static session => session.CurrentPlayerSessionCount < session.MaximumPlayerSessionCount),
    }.ToDictionary(operand => operand.Name, StringComparer.Ordinal);

    /// <summary>Finds one.</summary>
    /// <param name="token">Its name in an expression.</param>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static SearchOperand Find(SearchToken token)
    {
        if (token.Kind == SearchTokenKind.Word)
        {
            if (Known.TryGetValue(token.Value, out var operand))
            {
                return operand;
            }

            if (token.Value.StartsWith(Properties, StringComparison.Ordinal) && token.Value.Length > Properties.Length)
            {
                var key = token.Value[Properties.Length..];
                return new TextOperand(token.Value, session => Property(session, key));
            }
        }

        throw new FormatException($"{token.Shown} is no operand. Operands are {string.Join(", ", Known.Keys)} and {Properties}<key>.");
    }

    /// <summary>The order of two sessions by this operand; those without a value come last, whatever the direction.</summary>
    /// <param name="descending">Whether the greater one comes first.</param>
    public abstract Comparison<GameSession> Order(bool descending);

    /// <summary>The order of two values.</summary>
    protected static int Compare<T>(T left, T right, bool descending)
        where T : IComparable<T> => descending ? right.CompareTo(left) : left.CompareTo(right);

    private static string? Property(GameSession session, string key)
    {
        // a list of at most sixteen
        foreach (var property in session.GameProperties)
        {
            if (property.Key == key)
            {
                return property.Value;
            }
        }

        return null;
    }
}

/// <summary>An operand whose values are texts.</summary>
internal sealed record TextOperand(string Name, Func<GameSession, string?> Of) : SearchOperand(Name)
{
    /// <inheritdoc/>
    public override Comparison<GameSession> Order(bool descending) => (left, right) => (Of(left), Of(right)) switch
    {
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        var (a, b) => descending ? string.CompareOrdinal(b, a) : string.CompareOrdinal(a, b),
    };
}

/// <summary>An operand whose values are numbers.</summary>
internal sealed record NumberOperand(string Name, Func<GameSession, long> Of) : SearchOperand(Name)
{
    /// <inheritdoc/>
    public override Comparison<GameSession> Order(bool descending) => (left, right) => Compare(Of(left), Of(right), descending);
}

/// <summary>An operand that is true or false.</summary>
internal sealed record BooleanOperand(string Name, Func<GameSession, bool> Of) : SearchOperand(Name)
{
    /// <inheritdoc/>
    public override Comparison<GameSession> Order(bool descending) => (left, right) => Compare(Of(left), Of(right), descending);
}
