using System.Text;
using System.Text.Json.Nodes;
using System.Xml;
using Amazon.Emulation.Models;
using Amazon.Emulation.Signatures;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Wire;

/// <summary>query: a form with <c>Action</c> and <c>Version</c>, answered in XML.</summary>
internal sealed class QueryProtocol(ServiceModel model) : WireProtocol(model)
{
    public override bool Claims(HttpRequest request) =>
        request.HasFormContentType && request.Path == "/" && request.Form["Version"] == Model.ApiVersion;

    public override ModelOperation? Find(HttpRequest request) => Model.Operations.GetValueOrDefault(Asked(request));

    public override string Asked(HttpRequest request) => request.Form["Action"].ToString();

    public override JsonObject Read(HttpRequest request, ModelOperation operation, byte[] body)
    {
        var tree = new FormTree();
        foreach (var (key, values) in request.Form.Where(pair => pair.Key is not ("Action" or "Version")))
        {
            tree.Add(key.Split('.'), values.ToString());
        }

        return operation.Input is { } shape ? tree.Structure(Model, shape) : [];
    }

    public override Task WriteAsync(HttpResponse response, ModelOperation operation, JsonObject output, string requestId)
    {
        response.StatusCode = operation.Status;
        return SendAsync(response, requestId, xml =>
        {
            xml.WriteStartElement(operation.Name + "Response", Model.XmlNamespace);
            if (operation.Output is { } shape)
            {
                xml.WriteStartElement(operation.ResultWrapper!);
                XmlWire.Write(xml, Model, shape, output);
                xml.WriteEndElement();
            }

            xml.WriteStartElement("ResponseMetadata");
            xml.WriteElementString("RequestId", requestId);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    public override Task WriteErrorAsync(HttpResponse response, string code, string message, string requestId) =>
        SendAsync(response, requestId, xml =>
        {
            xml.WriteStartElement("ErrorResponse", Model.XmlNamespace);
            xml.WriteStartElement("Error");
            xml.WriteElementString("Type", response.StatusCode < 500 ? "Sender" : "Receiver");
            xml.WriteElementString("Code", Model.Shapes.GetValueOrDefault(code)?.ErrorCode ?? code);
            xml.WriteElementString("Message", message);
            xml.WriteEndElement();
            xml.WriteElementString("RequestId", requestId);
            xml.WriteEndElement();
        });

    public override (string Code, int Status) Word(SignatureFault fault) => fault switch
    {
        SignatureFault.Missing => ("MissingAuthenticationToken", 403),
        SignatureFault.Incomplete => ("IncompleteSignature", 400),
        SignatureFault.UnknownKey => ("InvalidClientTokenId", 403),
        SignatureFault.Expired => ("ExpiredToken", 403),
        _ => ("SignatureDoesNotMatch", 403),
    };

    private static Task SendAsync(HttpResponse response, string requestId, Action<XmlWriter> write)
    {
        response.ContentType = "text/xml";
        response.Headers["x-amzn-RequestId"] = requestId;
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { OmitXmlDeclaration = true }))
        {
            write(xml);
        }

        return response.WriteAsync(text.ToString());
    }
}
