namespace Amazon.Emulation.Shapes;

/// <summary>A structure of a service's model that writes and reads itself, whatever the protocol.</summary>
/// <typeparam name="TSelf">The structure's own type.</typeparam>
internal interface IShape<out TSelf>
    where TSelf : class
{
    /// <summary>Reads one; members that the model does not know are skipped.</summary>
    /// <param name="reader">At the structure.</param>
    /// <returns>The structure; null for null.</returns>
    /// <exception cref="FormatException">What is there is not this structure.</exception>
    static abstract TSelf? Read(IShapeReader reader);

    /// <summary>Writes the members that are not null.</summary>
    /// <param name="writer">Where to.</param>
    void Write(IShapeWriter writer);

    /// <summary>Checks the members against what the model demands of them.</summary>
    /// <param name="check">Collects what is broken.</param>
    void Check(ShapeCheck check);
}
