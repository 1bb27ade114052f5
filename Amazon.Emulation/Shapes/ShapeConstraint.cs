namespace Amazon.Emulation.Shapes;

/// <summary>What a model demands of a value that is no structure.</summary>
/// <param name="Shape">The shape's name in the model.</param>
/// <param name="Type">The kind: string, integer, list and so on.</param>
internal sealed record ShapeConstraint(string Shape, string Type)
{
    /// <summary>The smallest number, or the least length or count.</summary>
    public double? Min { get; init; }

    /// <summary>The largest number, or the greatest length or count.</summary>
    public double? Max { get; init; }

    /// <summary>The regular expression, in Java's dialect, that a whole text has to match.</summary>
    public string? Pattern { get; init; }

    /// <summary>The values that a text may have; null for any.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A list's items; null for structures, which have their own constraints.</summary>
    public ShapeConstraint? Item { get; init; }

    /// <summary>A map's keys.</summary>
    public ShapeConstraint? Key { get; init; }

    /// <summary>A map's values; null for structures, which have their own constraints.</summary>
    public ShapeConstraint? Value { get; init; }
}

/// <summary>What a model demands of a structure's member.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="IsRequired">Whether it has to be there.</param>
/// <param name="Constraint">What its value has to be; null for a structure.</param>
internal sealed record MemberConstraint(string Name, bool IsRequired, ShapeConstraint? Constraint);
