namespace Amazon.Clients.Generator.Clients;

/// <summary>Code of the rest-json protocol: the members of a request and a response that are not in a JSON body.</summary>
/// <param name="types">The service's types.</param>
internal sealed class RestCode(SdkTypes types)
{
    /// <summary>The class that has the code for another class.</summary>
    /// <param name="name">The other class.</param>
    public static string Name(string name) => $"{name}Http";

    /// <summary>Whether a response has members in the status line, in headers or as the whole body.</summary>
    /// <param name="type">The response.</param>
    public static bool HasHead(SurfaceClass type) => type.Members.Any(member => member.Model.Location is not null);

    /// <summary>Writes the class for a request.</summary>
    /// <param name="text">The file.</param>
    /// <param name="operation">The operation.</param>
    public static void WriteRequest(CSharpText text, SurfaceOperation operation)
    {
        var type = operation.Request;
        text.Line();
        text.Summary($"<see cref=\"{type.Name}\"/> in the parts of an HTTP request.");
        text.Block($"internal static class {Name(type.Name)}", () =>
        {
            text.Summary("Puts each member where it belongs.");
            text.Block($"internal static void Write(RestRequest request, {type.Name} value)", () =>
            {
                foreach (var member in type.Members.Where(member => member.Model.Location is not null))
                {
                    text.Line(member.Model.Location switch
                    {
                        "uri" => Label(operation.Model.Path, member),
                        "querystring" => $"request.Query(\"{member.Model.WireName}\", value.{member.Name});",
                        "header" => $"request.Header(\"{member.Model.WireName}\", value.{member.Name});",
                        var location => throw new FormatException($"{type.Name}.{member.Name} is in the {location}, which no request has."),
                    });
                }

                WriteBody(text, operation);
            });
        });
    }

    /// <summary>Writes the class for a response that has members outside a JSON body.</summary>
    /// <param name="text">The file.</param>
    /// <param name="type">The response.</param>
    public void WriteResponse(CSharpText text, SurfaceClass type)
    {
        if (!HasHead(type) && type.Payload is null)
        {
            return;
        }

        text.Line();
        text.Summary($"<see cref=\"{type.Name}\"/> in the parts of an HTTP response.");
        text.Block($"internal static class {Name(type.Name)}", () =>
        {
            if (type.Payload is not null)
            {
                var payload = type.Members.Single(member => member.Model.Name == type.Payload);
                RefusePayload(payload);
                text.Summary("Takes the body as it is.");
                text.Line($"internal static {type.Name} ReadBody(global::System.IO.MemoryStream body) => new() {{ {payload.Name} = body }};");
            }

            if (type.Payload is not null && HasHead(type))
            {
                text.Line();
            }

            if (HasHead(type))
            {
                text.Summary("Reads the status line and the headers.");
                text.Block(
                    $"internal static void ReadHead({type.Name} value, global::Amazon.Runtime.Internal.Transform.IWebResponseData response)",
                    () =>
                    {
                        foreach (var member in type.Members.Where(member => member.Model.Location is not null))
                        {
                            text.Line($"value.{member.Name} = {Head(type, member)};");
                        }
                    });
            }
        });
    }

    private static string Label(string path, SurfaceMember member)
    {
        var name = member.Model.WireName;
        var label = path.Contains($"{{{name}+}}", StringComparison.Ordinal) ? $"{{{name}+}}" : $"{{{name}}}";
        return path.Contains(label, StringComparison.Ordinal)
            ? $"request.Label(\"{label}\", {Text(member)}, \"{member.Name}\");"
            : throw new FormatException($"The path {path} has no {label}.");
    }

    private static string Text(SurfaceMember member) => member.Shape switch
    {
        { IsConstant: true } => $"value.{member.Name}?.Value",
        { Type: "string" } => $"value.{member.Name}",
        _ => throw new FormatException($"{member.Name} is a {member.Shape.Type} in a path, which no selected service had so far."),
    };

    private static void WriteBody(CSharpText text, SurfaceOperation operation)
    {
        var type = operation.Request;
        var hasBody = operation.Model.Method is "POST" or "PUT" or "PATCH";
        if (type.Payload is not null)
        {
            var payload = type.Members.Single(member => member.Model.Name == type.Payload);
            RefusePayload(payload);
            text.Line($"request.Payload(value.{payload.Name});");
        }
        else if (hasBody)
        {
            text.Line($"request.Json(value, {JsonCode.Name(type.Name)}.Write);");
        }
        else if (type.Body.Any())
        {
            throw new FormatException($"{type.Name} has members in the body of a {operation.Model.Method}.");
        }
    }

    private string Head(SurfaceClass type, SurfaceMember member) => (member.Model.Location, member.Shape) switch
    {
        ("statusCode", _) => "(int)response.StatusCode",
        ("header", { IsConstant: true }) => $"{types.Constant(member.Shape)}.FindValue({Header(member)})",
        ("header", { Type: "string" }) => Header(member),
        (var location, var shape) => throw new FormatException(
            $"{type.Name}.{member.Name} is a {shape.Type} in the {location}, which no selected service had so far."),
    };

    private static string Header(SurfaceMember member) =>
        $"response.IsHeaderPresent(\"{member.Model.WireName}\") ? response.GetHeaderValue(\"{member.Model.WireName}\") : null";

    private static void RefusePayload(SurfaceMember payload)
    {
        if (payload.Shape.Type != "blob")
        {
            throw new FormatException($"{payload.Name} is a {payload.Shape.Type} as the whole body, which no selected service had so far.");
        }
    }
}
