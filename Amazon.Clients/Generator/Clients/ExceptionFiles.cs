namespace Amazon.Clients.Generator.Clients;

/// <summary>The files of a service's exceptions, and of the table that finds one by AWS's code.</summary>
/// <param name="surface">The service.</param>
internal sealed class ExceptionFiles(ServiceSurface surface)
{
    private const string Parameters =
        "string? message, global::System.Exception? innerException, global::Amazon.Runtime.ErrorType errorType, "
        + "string? errorCode, string? requestId, global::System.Net.HttpStatusCode statusCode";

    private const string Passed = "message, innerException, errorType, errorCode, requestId, statusCode";

    private const string OfError = "error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode";

    private readonly SdkTypes _types = new(surface);

    /// <summary>The exception that all others derive from.</summary>
    public string Base => $"{surface.Selection.Client}Exception";

    /// <summary>Adds the files.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="folder">The service's folder in it.</param>
    public void Add(OutputFolder output, string folder)
    {
        output.Add($"{folder}/{Base}.cs", BaseFile());
        output.Add($"{folder}/{surface.Selection.Client}Errors.cs", Table());
        foreach (var exception in surface.Exceptions)
        {
            output.Add($"{folder}/Model/{exception.Name}.cs", File(exception));
        }
    }

    private CSharpText BaseFile()
    {
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Summary($"An error that {surface.Model.ServiceId} has reported.");
        text.Block($"public class {Base} : global::Amazon.Runtime.AmazonServiceException", () =>
        {
            text.Summary("An error with what the service said of it.");
            text.Line($"public {Base}({Parameters})");
            text.Line($"    : base({Passed})");
            text.Line("{");
            text.Line("}");
        });
        return text;
    }

    private CSharpText File(SurfaceClass exception)
    {
        var text = ClientFile.Begin(surface.ModelNamespace);
        text.Summary($"The error <c>{exception.ErrorCode}</c> of {surface.Model.ServiceId}.");
        text.Block($"public sealed class {exception.Name} : global::{surface.Selection.Namespace}.{Base}", () =>
        {
            text.Summary("The error with what the service said of it.");
            text.Line($"public {exception.Name}({Parameters})");
            text.Line($"    : base({Passed})");
            text.Line("{");
            text.Line("}");
            foreach (var member in exception.Members)
            {
                text.Line();
                text.Line($"public {_types.Property(member.Shape)} {member.Name} {{ get; set; }}");
            }
        });
        return text;
    }

    private CSharpText Table()
    {
        var text = ClientFile.Begin(surface.Selection.Namespace);
        text.Summary($"The exceptions of {surface.Model.ServiceId} by AWS's code.");
        text.Block($"internal static class {surface.Selection.Client}Errors", () =>
        {
            text.Summary("The exception of an error; the general one for a code that the model does not know.");
            text.Block(
                "internal static global::Amazon.Runtime.AmazonServiceException Create(ServiceError error) => error.Code switch",
                () =>
                {
                    foreach (var exception in surface.Exceptions)
                    {
                        var members = string.Join(", ", exception.Members.Select(member => $"{member.Name} = {Member(member)}"));
                        var initializer = members.Length > 0 ? $" {{ {members} }}" : "";
                        text.Line($"\"{exception.ErrorCode}\" => new global::{surface.ModelNamespace}.{exception.Name}({OfError}){initializer},");
                    }

                    text.Line($"_ => new {Base}({OfError}),");
                },
                ";");
        });
        return text;
    }

    private string Member(SurfaceMember member)
    {
        var value = member.Model.Location == "header"
            ? $"error.Header(\"{member.Model.WireName}\")"
            : $"error.Text(\"{member.Model.WireName}\")";
        return member.Shape switch
        {
            { IsConstant: true } => $"{_types.Constant(member.Shape)}.FindValue({value})",
            { Type: "string" } => value,
            _ => throw new FormatException($"{member.Name} is a {member.Shape.Type} in an exception, which no selected service had so far."),
        };
    }
}
