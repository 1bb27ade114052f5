using Amazon.Runtime;

namespace Amazon.IdentityManagement.Model;

/// <summary>What a function may be.</summary>
internal sealed class Role
{
    public string? RoleName { get; set; }

    public string? Arn { get; set; }

    public DateTime? CreateDate { get; set; }
}

/// <summary>The request of <c>GetRole</c>.</summary>
internal sealed class GetRoleRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }
}

/// <summary>The answer of <c>GetRole</c>.</summary>
internal sealed class GetRoleResponse : AmazonWebServiceResponse
{
    public Role? Role { get; set; }
}

/// <summary>The request of <c>CreateRole</c>.</summary>
internal sealed class CreateRoleRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }

    public string? AssumeRolePolicyDocument { get; set; }

    public string? Description { get; set; }
}

/// <summary>The answer of <c>CreateRole</c>.</summary>
internal sealed class CreateRoleResponse : AmazonWebServiceResponse
{
    public Role? Role { get; set; }
}

/// <summary>The request of <c>DeleteRole</c>.</summary>
internal sealed class DeleteRoleRequest : AmazonWebServiceRequest
{
    public string? RoleName { get; set; }
}

/// <summary>The answer of <c>DeleteRole</c>.</summary>
internal sealed class DeleteRoleResponse : AmazonWebServiceResponse;
