namespace Amazon.Clients.Generator.Clients;

/// <summary>The files of requests, responses, structures and exceptions: each has its marshalling beside it.</summary>
/// <param name="surface">The service.</param>
internal sealed class ClassFiles(ServiceSurface surface)
{
    private readonly SdkTypes _types = new(surface);

    /// <summary>Adds the files.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="folder">The service's folder in it.</param>
    public void Add(OutputFolder output, string folder)
    {
        foreach (var operation in surface.Operations)
        {
            output.Add($"{folder}/Model/{operation.Request.Name}.cs", Request(operation));
            output.Add($"{folder}/Model/{operation.Response.Name}.cs", Response(operation));
        }

        foreach (var structure in surface.Structures)
        {
            output.Add($"{folder}/Model/{structure.Name}.cs", Structure(structure));
        }
    }

    private CSharpText Request(SurfaceOperation operation)
    {
        var type = operation.Request;
        var marker = type.IsUnrepeatable ? ", IUnrepeatableRequest" : "";
        var text = ClientFile.Begin(surface.ModelNamespace);
        text.Summary($"The request of <c>{operation.Model.Name}</c>.");
        WriteClass(text, type, $" : global::Amazon.Runtime.AmazonWebServiceRequest{marker}");
        if (surface.Protocol == "rest-json")
        {
            RestCode.WriteRequest(text, operation);
        }

        WriteMarshalling(text, type);
        return text;
    }

    private CSharpText Response(SurfaceOperation operation)
    {
        var text = ClientFile.Begin(surface.ModelNamespace);
        text.Summary($"The response of <c>{operation.Model.Name}</c>.");
        WriteClass(text, operation.Response, " : global::Amazon.Runtime.AmazonWebServiceResponse");
        if (surface.Protocol == "rest-json")
        {
            new RestCode(_types).WriteResponse(text, operation.Response);
        }

        if (operation.Response.Payload is null)
        {
            WriteMarshalling(text, operation.Response);
        }

        return text;
    }

    private CSharpText Structure(SurfaceClass type)
    {
        var text = ClientFile.Begin(surface.ModelNamespace);
        text.Summary($"The structure <c>{type.Name}</c> of {surface.Model.ServiceId}.");
        WriteClass(text, type, "");
        WriteMarshalling(text, type);
        return text;
    }

    private void WriteClass(CSharpText text, SurfaceClass type, string bases)
    {
        text.Block($"public sealed class {type.Name}{bases}", () =>
        {
            var isFirst = true;
            foreach (var member in type.Members)
            {
                if (!isFirst)
                {
                    text.Line();
                }

                text.Line($"public {_types.Property(member.Shape)} {member.Name} {{ get; set; }}");
                isFirst = false;
            }
        });
    }

    private void WriteMarshalling(CSharpText text, SurfaceClass type)
    {
        if (surface.Protocol == "query")
        {
            new FormCode(surface, _types).Write(text, type);
        }
        else if (type.Role != SurfaceRole.Request || surface.Protocol == "json" || HasJsonBody(type))
        {
            new JsonCode(surface, _types).Write(text, type);
        }
    }

    private bool HasJsonBody(SurfaceClass request) =>
        request.Payload is null && surface.Model.Operations[request.Operation!].Method is "POST" or "PUT" or "PATCH";
}
