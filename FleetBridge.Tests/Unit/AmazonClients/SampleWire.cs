using System.Globalization;
using System.Xml.Linq;
using Amazon.Clients.Generator.Clients;
using Amazon.Clients.Generator.Models;

namespace FleetBridge.Tests.Unit.AmazonClients;

/// <summary>Samples as the query protocol has them: fields of a form, and XML.</summary>
/// <param name="samples">The samples.</param>
internal sealed class SampleWire(ModelSamples samples)
{
    /// <summary>The fields of a class.</summary>
    /// <param name="type">The class.</param>
    /// <param name="prefix">What their names begin with.</param>
    public Dictionary<string, string> Fields(SurfaceClass type, string prefix = "")
    {
        var fields = new Dictionary<string, string>();
        foreach (var member in type.Members)
        {
            AddField(fields, $"{prefix}{member.Model.WireName}", member.Name, member.Shape);
        }

        return fields;
    }

    /// <summary>The elements of a class.</summary>
    /// <param name="type">The class.</param>
    public IEnumerable<XElement> Elements(SurfaceClass type) =>
        type.Members.Select(member => Element(member.Model.WireName, member.Name, member.Shape));

    private void AddField(Dictionary<string, string> fields, string path, string name, ModelShape shape)
    {
        switch (shape)
        {
            case { IsStructure: true }:
                foreach (var (inner, value) in Fields(samples.Structure(shape), $"{path}."))
                {
                    fields[inner] = value;
                }

                break;
            case { Type: "list" }:
                for (var i = 1; i <= 2; i++)
                {
                    AddField(fields, $"{path}.member.{i}", name + i.ToString(CultureInfo.InvariantCulture), samples.Held(shape.Item!));
                }

                break;
            default:
                fields[path] = ModelSamples.Text(shape, name);
                break;
        }
    }

    private XElement Element(string element, string name, ModelShape shape) => shape switch
    {
        { IsStructure: true } => new XElement(element, Elements(samples.Structure(shape))),
        { Type: "list" } => new XElement(
            element, Element("member", name + "1", samples.Held(shape.Item!)), Element("member", name + "2", samples.Held(shape.Item!))),
        _ => new XElement(element, ModelSamples.Text(shape, name)),
    };
}
