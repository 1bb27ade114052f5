using Amazon.Runtime;

namespace Amazon.IdentityManagement.Model;

/// <summary>The request of <c>PutRolePolicy</c>.</summary>
internal sealed class PutRolePolicyRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }

    public string? PolicyName { get; set; }

    public string? PolicyDocument { get; set; }
}

/// <summary>The answer of <c>PutRolePolicy</c>.</summary>
internal sealed class PutRolePolicyResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>GetRolePolicy</c>.</summary>
internal sealed class GetRolePolicyRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }

    public string? PolicyName { get; set; }
}

/// <summary>The answer of <c>GetRolePolicy</c>.</summary>
internal sealed class GetRolePolicyResponse : AmazonWebServiceResponse
{
    /// <summary>The policy's JSON, URL-encoded.</summary>
    public string? PolicyDocument { get; set; }
}

/// <summary>The request of <c>DeleteRolePolicy</c>.</summary>
internal sealed class DeleteRolePolicyRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }

    public string? PolicyName { get; set; }
}

/// <summary>The answer of <c>DeleteRolePolicy</c>.</summary>
internal sealed class DeleteRolePolicyResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>ListRolePolicies</c>.</summary>
internal sealed class ListRolePoliciesRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }

    public string? Marker { get; set; }

    public int? MaxItems { get; set; }
}

/// <summary>The answer of <c>ListRolePolicies</c>.</summary>
internal sealed class ListRolePoliciesResponse : AmazonWebServiceResponse
{
    public List<string>? PolicyNames { get; set; }

    public bool? IsTruncated { get; set; }

    public string? Marker { get; set; }
}
