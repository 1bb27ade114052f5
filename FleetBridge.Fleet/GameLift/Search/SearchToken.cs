namespace FleetBridge.Fleet.GameLift.Search;

/// <summary>What a part of an expression is.</summary>
internal enum SearchTokenKind
{
    /// <summary>An operand, a number, <c>true</c>, <c>false</c>, or one of the words between comparisons.</summary>
    Word,

    /// <summary>A text in quotes.</summary>
    Text,

    /// <summary><c>= &lt;&gt; &lt; &gt; &lt;= &gt;=</c>.</summary>
    Operator,

    /// <summary><c>(</c>.</summary>
    Open,

    /// <summary><c>)</c>.</summary>
    Close,

    /// <summary>The end of the expression.</summary>
    End,
}

/// <summary>A part of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its characters; of a text those between the quotes.</param>
/// <param name="Position">Where it begins, counted from 1.</param>
internal readonly record struct SearchToken(SearchTokenKind Kind, string Value, int Position)
{
    /// <summary>How a message names it.</summary>
    public string Shown => Kind switch
    {
        SearchTokenKind.End => "the end of the expression",
        SearchTokenKind.Text => $"the text '{Value}' at character {Position}",
        _ => $"{Value} at character {Position}",
    };

    /// <summary>Whether it is a word of the grammar, which may be written in small letters.</summary>
    /// <param name="word">The word.</param>
    public bool Is(string word) => Kind == SearchTokenKind.Word && string.Equals(Value, word, StringComparison.OrdinalIgnoreCase);
}
