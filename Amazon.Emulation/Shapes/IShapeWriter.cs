namespace Amazon.Emulation.Shapes;

/// <summary>Writes values of a service's model in the encoding of a protocol.</summary>
internal interface IShapeWriter
{
    /// <summary>Begins a structure; each <see cref="Member"/> is followed by one value.</summary>
    void BeginStructure();

    /// <summary>The name of a structure's next member.</summary>
    /// <param name="name">Its name on the wire.</param>
    void Member(string name);

    /// <summary>Ends a structure.</summary>
    void EndStructure();

    /// <summary>Begins a list.</summary>
    /// <param name="count">How many values follow.</param>
    void BeginList(int count);

    /// <summary>Ends a list.</summary>
    void EndList();

    /// <summary>Begins a map; each <see cref="Key"/> is followed by one value.</summary>
    /// <param name="count">How many keys follow.</param>
    void BeginMap(int count);

    /// <summary>A map's next key.</summary>
    /// <param name="key">The key.</param>
    void Key(string key);

    /// <summary>Ends a map.</summary>
    void EndMap();

    /// <summary>A text.</summary>
    void Text(string value);

    /// <summary>A boolean.</summary>
    void Boolean(bool value);

    /// <summary>A whole number of 32 bits.</summary>
    void Integer(int value);

    /// <summary>A whole number of 64 bits.</summary>
    void Long(long value);

    /// <summary>A number of double precision.</summary>
    void Double(double value);

    /// <summary>A number of single precision.</summary>
    void Float(float value);

    /// <summary>A time.</summary>
    void Time(DateTimeOffset value);

    /// <summary>Bytes.</summary>
    void Blob(byte[] value);
}
