namespace Amazon.Emulation.Shapes;

/// <summary>Reads values of a service's model from the encoding of a protocol. A value that is null is read as null; one of
/// another kind is a <see cref="FormatException"/>.</summary>
internal interface IShapeReader
{
    /// <summary>Begins a structure; false for null.</summary>
    bool BeginStructure();

    /// <summary>The name of the structure's next member, whose value has to be read or skipped; null at the end.</summary>
    string? NextMember();

    /// <summary>Begins a list; false for null.</summary>
    bool BeginList();

    /// <summary>Moves to the list's next value, which has to be read or skipped; false at the end.</summary>
    bool NextItem();

    /// <summary>Begins a map; false for null.</summary>
    bool BeginMap();

    /// <summary>The map's next key, whose value has to be read or skipped; null at the end.</summary>
    string? NextKey();

    /// <summary>Passes over a value.</summary>
    void Skip();

    /// <summary>A text.</summary>
    string? Text();

    /// <summary>A boolean.</summary>
    bool? Boolean();

    /// <summary>A whole number of 32 bits.</summary>
    int? Integer();

    /// <summary>A whole number of 64 bits.</summary>
    long? Long();

    /// <summary>A number of double precision.</summary>
    double? Double();

    /// <summary>A number of single precision.</summary>
    float? Float();

    /// <summary>A time.</summary>
    DateTimeOffset? Time();

    /// <summary>Bytes.</summary>
    byte[]? Blob();
}
