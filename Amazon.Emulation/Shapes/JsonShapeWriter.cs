using System.Buffers;
using System.Text.Json;

namespace Amazon.Emulation.Shapes;

/// <summary>Shapes in JSON, as in AWS's <c>json 1.1</c>: times are seconds since 1970, to the
/// millisecond; bytes are Base64.</summary>
/// <param name="writer">Where to.</param>
internal sealed class JsonShapeWriter(Utf8JsonWriter writer) : IShapeWriter
{
    /// <summary>A structure as a JSON document in UTF-8.</summary>
    /// <param name="shape">The structure.</param>
    public static byte[] Document<T>(T shape)
        where T : class, IShape<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            shape.Write(new JsonShapeWriter(json));
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void BeginStructure() => writer.WriteStartObject();

    /// <inheritdoc/>
    public void Member(string name) => writer.WritePropertyName(name);

    /// <inheritdoc/>
    public void EndStructure() => writer.WriteEndObject();

    /// <inheritdoc/>
    public void BeginList(int count) => writer.WriteStartArray();

    /// <inheritdoc/>
    public void EndList() => writer.WriteEndArray();

    /// <inheritdoc/>
    public void BeginMap(int count) => writer.WriteStartObject();

    /// <inheritdoc/>
    public void Key(string key) => writer.WritePropertyName(key);

    /// <inheritdoc/>
    public void EndMap() => writer.WriteEndObject();

    /// <inheritdoc/>
    public void Text(string value) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public void Boolean(bool value) => writer.WriteBooleanValue(value);

    /// <inheritdoc/>
    public void Integer(int value) => writer.WriteNumberValue(value);

    /// <inheritdoc/>
    public void Long(long value) => writer.WriteNumberValue(value);

    /// <inheritdoc/>
    public void Double(double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    /// <inheritdoc/>
    public void Float(float value)
    {
        if (float.IsFinite(value))
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            Double(value);
        }
    }

    /// <inheritdoc/>
    public void Time(DateTimeOffset value) => writer.WriteNumberValue(ShapeTime.ToSeconds(value));

    /// <inheritdoc/>
    public void Blob(byte[] value) => writer.WriteBase64StringValue(value);
}
