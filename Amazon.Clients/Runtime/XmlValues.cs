using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Amazon.Clients.Runtime;

/// <summary>Reads the values that the generated code's members have; an element without content is null.</summary>
internal static class XmlValues
{
    private const string Item = "member";

    /// <summary>A text.</summary>
    public static string? ReadText(XElement element) => element.Value is { Length: > 0 } text ? text : null;

    /// <summary>A boolean.</summary>
    public static bool? ReadBoolean(XElement element) => ReadText(element) is { } text ? XmlConvert.ToBoolean(text) : null;

    /// <summary>A whole number of 32 bits.</summary>
    public static int? ReadInteger(XElement element) =>
        ReadText(element) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A whole number of 64 bits.</summary>
    public static long? ReadLong(XElement element) =>
        ReadText(element) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A number.</summary>
    public static double? ReadDouble(XElement element) =>
        ReadText(element) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A number of single precision.</summary>
    public static float? ReadFloat(XElement element) => (float?)ReadDouble(element);

    /// <summary>A time of ISO 8601.</summary>
    public static DateTime? ReadTime(XElement element) => ReadText(element) is { } text ? WireTime.Parse(text) : null;

    /// <summary>Bytes, which are Base64.</summary>
    public static MemoryStream? ReadBlob(XElement element) =>
        ReadText(element) is { } text ? new MemoryStream(Convert.FromBase64String(text)) : null;

    /// <summary>A list; items without content are left out.</summary>
    public static List<T> ReadList<T>(XElement element, Func<XElement, T?> read)
        where T : class =>
        [.. element.Elements().Where(child => child.Name.LocalName == Item).Select(read).OfType<T>()];
}
