using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace FleetBridge.Backends.Aws.Services.Runtime;

/// <summary>JSON that belongs to no service.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class WireJson : JsonSerializerContext;

/// <summary>A constant of a service's model; values that are newer than the model are kept as they are.</summary>
/// <typeparam name="TSelf">The constant's type.</typeparam>
internal interface IServiceConstant<out TSelf>
{
    /// <summary>The constant with a value.</summary>
    /// <param name="value">AWS's name for it.</param>
    static abstract TSelf Of(string value);
}

/// <summary>Constants are their names.</summary>
/// <typeparam name="T">The constant's type.</typeparam>
internal sealed class ConstantConverter<T> : JsonConverter<T>
    where T : ConstantClass, IServiceConstant<T>
{
    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { } value ? T.Of(value) : null;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>Times are seconds since 1970, with a fraction, in the JSON protocols (Smithy's <c>epoch-seconds</c>).
/// </summary>
internal sealed class EpochSecondsConverter : JsonConverter<DateTime>
{
    /// <inheritdoc/>
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? DateTime.Parse(reader.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)
            : DateTime.UnixEpoch.AddSeconds(reader.GetDouble());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((value.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
}

/// <summary>Bytes are Base64.</summary>
internal sealed class BlobConverter : JsonConverter<MemoryStream>
{
    /// <inheritdoc/>
    public override MemoryStream Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetBytesFromBase64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, MemoryStream value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.ToArray());
}

/// <summary>Booleans that were read from XML are text.</summary>
internal sealed class BooleanTextConverter : JsonConverter<bool>
{
    /// <inheritdoc/>
    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString() == "true" : reader.GetBoolean();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) =>
        writer.WriteBooleanValue(value);
}
