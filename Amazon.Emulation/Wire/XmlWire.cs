using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml;
using Amazon.Emulation.Models;

namespace Amazon.Emulation.Wire;

/// <summary>A structure as XML.</summary>
internal static class XmlWire
{
    public static void Write(XmlWriter xml, ServiceModel model, ModelShape shape, JsonObject structure)
    {
        foreach (var (name, value) in structure)
        {
            if (value is not null)
            {
                xml.WriteStartElement(name);
                Value(xml, model, model.Shapes[shape.Members[name].Shape], value);
                xml.WriteEndElement();
            }
        }
    }

    private static void Value(XmlWriter xml, ServiceModel model, ModelShape shape, JsonNode value)
    {
        switch (value)
        {
            case JsonObject structure:
                Write(xml, model, shape, structure);
                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    xml.WriteStartElement("member");
                    Value(xml, model, model.Shapes[shape.Element!], item!);
                    xml.WriteEndElement();
                }

                break;
            case var time when shape.Type == "timestamp":
                xml.WriteString(DateTimeOffset.FromUnixTimeSeconds((long)(double)time).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
                break;
            default:
                xml.WriteString(value.ToString());
                break;
        }
    }
}
