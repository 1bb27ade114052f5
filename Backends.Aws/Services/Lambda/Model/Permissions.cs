using Amazon.Runtime;

namespace Amazon.Lambda.Model;

/// <summary>The request of <c>AddPermission</c>.</summary>
internal sealed class AddPermissionRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }

    public string? StatementId { get; set; }

    public string? Action { get; set; }

    public string? Principal { get; set; }

    public string? SourceArn { get; set; }
}

/// <summary>The answer of <c>AddPermission</c>.</summary>
internal sealed class AddPermissionResponse : AmazonWebServiceResponse
{
    public string? Statement { get; set; }
}

/// <summary>The request of <c>GetPolicy</c>.</summary>
internal sealed class GetPolicyRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }
}

/// <summary>The answer of <c>GetPolicy</c>.</summary>
internal sealed class GetPolicyResponse : AmazonWebServiceResponse
{
    public string? Policy { get; set; }
}

/// <summary>The request of <c>RemovePermission</c>.</summary>
internal sealed class RemovePermissionRequest : AmazonWebServiceRequest
{
    public string? FunctionName { get; set; }

    public string? StatementId { get; set; }
}

/// <summary>The answer of <c>RemovePermission</c>.</summary>
internal sealed class RemovePermissionResponse : AmazonWebServiceResponse;
