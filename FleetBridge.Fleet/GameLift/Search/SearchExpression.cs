using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>A filter as a tree.</summary>
internal abstract record SearchExpression
{
    /// <summary>Whether a session is found.</summary>
    /// <param name="session">The session.</param>
    public abstract bool Matches(GameSession session);
}

/// <summary><c>AND</c>: all of them.</summary>
internal sealed record AllOf(IReadOnlyList<SearchExpression> Parts) : SearchExpression
{
    /// <inheritdoc/>
    public override bool Matches(GameSession session)
    {
        foreach (var part in Parts)
        {
            if (!part.Matches(session))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary><c>OR</c>: one of them.</summary>
internal sealed record AnyOf(IReadOnlyList<SearchExpression> Parts) : SearchExpression
{
    /// <inheritdoc/>
    public override bool Matches(GameSession session)
    {
        foreach (var part in Parts)
        {
            if (part.Matches(session))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary><c>NOT</c>.</summary>
internal sealed record Not(SearchExpression Part) : SearchExpression
{
    /// <inheritdoc/>
    public override bool Matches(GameSession session) => !Part.Matches(session);
}

/// <summary>A text compared, with <c>=</c> or <c>&lt;&gt;</c>; one that is missing is unequal to everything.</summary>
internal sealed record TextComparison(TextOperand Operand, bool IsEqual, string Value) : SearchExpression
{
    /// <inheritdoc/>
    public override bool Matches(GameSession session) => string.Equals(Operand.Of(session), Value, StringComparison.Ordinal) == IsEqual;
}

/// <summary>A boolean compared, with <c>=</c> or <c>&lt;&gt;</c>.</summary>
internal sealed record BooleanComparison(BooleanOperand Operand, bool IsEqual, bool Value) : SearchExpression
{
    /// <inheritdoc/>
    public override bool Matches(GameSession session) => (Operand.Of(session) == Value) == IsEqual;
}

/// <summary>A number compared.</summary>
internal sealed record NumberComparison(NumberOperand Operand, string Operator, decimal Value) : SearchExpression
{
    private readonly Func<int, bool> _holds = Operator switch
    {
        "=" => static order => order == 0,
        "<>" => static order => order != 0,
        "<" => static order => order < 0,
        ">" => static order => order > 0,
        "<=" => static order => order <= 0,
        _ => static order => order >= 0,
    };

    /// <inheritdoc/>
    public override bool Matches(GameSession session) => _holds(((decimal)Operand.Of(session)).CompareTo(Value));
}
