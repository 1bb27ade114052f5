namespace Amazon.Clients.Generator.Clients;

/// <summary>The files of a client: its configuration, its constructor, and one file per operation.</summary>
/// <param name="surface">The service.</param>
internal sealed class ClientFiles(ServiceSurface surface)
{
    private string Client => $"{surface.Selection.Client}Client";

    private string Config => $"{surface.Selection.Client}Config";

    private string Errors => $"{surface.Selection.Client}Errors.Create";

    /// <summary>Adds the files.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="folder">The service's folder in it.</param>
    public void Add(OutputFolder output, string folder)
    {
        output.Add($"{folder}/{Config}.cs", ConfigFile());
        output.Add($"{folder}/{Client}.cs", MainFile());
        foreach (var operation in surface.Operations)
        {
            output.Add($"{folder}/{Client}.{operation.Model.Name}.cs", OperationFile(operation));
        }
    }

    private CSharpText ConfigFile()
    {
        var model = surface.Model;
        var global = surface.Selection.IsGlobal ? " { IsGlobal = true }" : "";
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Summary($"The configuration of <see cref=\"{Client}\"/>.");
        text.Block($"public sealed class {Config} : ServiceConfig", () =>
        {
            text.Summary("The service, from its model.");
            text.Line(
                $"internal static readonly ServiceDescription Service = "
                + $"new(\"{model.ServiceId}\", \"{model.EndpointPrefix}\", \"{model.SigningName}\", \"{model.ApiVersion}\"){global};");
            text.Line();
            text.Summary("The defaults.");
            text.Line($"public {Config}()");
            text.Line("    : base(Service)");
            text.Line("{");
            text.Line("}");
        });
        return text;
    }

    private CSharpText MainFile()
    {
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Summary(surface.Selection.Summary);
        text.Line($"/// <remarks>From the service's model of {surface.Model.ApiVersion}, protocol {surface.Protocol}.</remarks>");
        text.Block($"public sealed partial class {Client} : ServiceClient", () =>
        {
            text.Summary("A client with these credentials.");
            text.Line($"public {Client}(global::Amazon.Runtime.AWSCredentials credentials, {Config} clientConfig)");
            text.Line("    : base(credentials, clientConfig)");
            text.Line("{");
            text.Line("}");
        });
        return text;
    }

    private CSharpText OperationFile(SurfaceOperation operation)
    {
        var space = $"global::{surface.ModelNamespace}";
        var (request, response) = ($"{space}.{operation.Request.Name}", $"{space}.{operation.Response.Name}");
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Block($"public sealed partial class {Client}", () =>
        {
            text.Summary($"Calls the operation <c>{operation.Model.Name}</c>.");
            foreach (var error in surface.Exceptions.Where(error => operation.Model.Errors.Contains(error.Name, StringComparer.OrdinalIgnoreCase)))
            {
                text.Line($"/// <exception cref=\"{space}.{error.Name}\">The service reports <c>{error.ErrorCode}</c>.</exception>");
            }

            text.Line($"public global::System.Threading.Tasks.Task<{response}> {operation.Model.Name}Async({request} request, global::System.Threading.CancellationToken cancellationToken = default) =>");
            text.Line("    InvokeAsync(");
            text.Line($"        new {Operation(operation, request, response)},");
            text.Line("        request,");
            text.Line("        cancellationToken);");
        });
        return text;
    }

    private string Operation(SurfaceOperation operation, string request, string response)
    {
        var (name, model) = (operation.Model.Name, operation.Model);
        var types = $"<{request}, {response}>";
        return surface.Protocol switch
        {
            "json" => $"JsonRpcOperation{types}(\"{name}\", \"{surface.Model.TargetPrefix}\", {Config}.Service, "
                + $"{JsonCode.Name(request)}.Write, {JsonResponse(operation, response)})",
            "rest-json" => $"RestJsonOperation{types}(\"{model.Method}\", \"{model.Path}\", {Config}.Service, "
                + $"{RestCode.Name(request)}.Write, {JsonResponse(operation, response)})",
            "query" => $"QueryOperation{types}(\"{name}\", {Config}.Service, {FormCode.Name(request)}.Write, "
                + $"new XmlResponse<{response}>(\"{name}\", {Quoted(model.ResultWrapper)}, {FormCode.Name(response)}.Read, {Errors}))",
            var protocol => throw new FormatException($"{surface.Model.ServiceId} speaks {protocol}, which the generator does not."),
        };
    }

    private string JsonResponse(SurfaceOperation operation, string response)
    {
        var type = operation.Response;
        var head = RestCode.HasHead(type) ? $"{RestCode.Name(response)}.ReadHead" : "null";
        return type.Payload is null
            ? $"JsonResponse<{response}>.OfJson({JsonCode.Name(response)}.Read, canBeEmpty: {(type.Body.Any() ? "false" : "true")}, {Errors}, {head})"
            : $"new JsonResponse<{response}>({RestCode.Name(response)}.ReadBody, {head}, {Errors})";
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
