using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider.Model;

/// <summary>A pool in a list.</summary>
internal sealed class UserPoolDescriptionType
{
    public string? Id { get; set; }

    public string? Name { get; set; }
}

/// <summary>A pool.</summary>
internal sealed class UserPoolType
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? Arn { get; set; }

    public string? Domain { get; set; }

    public List<string>? AutoVerifiedAttributes { get; set; }

    public int? EstimatedNumberOfUsers { get; set; }

    public DateTime? CreationDate { get; set; }
}

/// <summary>A pool's rules.</summary>
internal sealed class UserPoolPolicyType
{
    public PasswordPolicyType? PasswordPolicy { get; set; }
}

/// <summary>What a password needs.</summary>
internal sealed class PasswordPolicyType
{
    public int? MinimumLength { get; set; }

    public bool? RequireUppercase { get; set; }

    public bool? RequireLowercase { get; set; }

    public bool? RequireNumbers { get; set; }

    public bool? RequireSymbols { get; set; }
}

/// <summary>An attribute that users have.</summary>
internal sealed class SchemaAttributeType
{
    public string? Name { get; set; }

    public AttributeDataType? AttributeDataType { get; set; }

    public bool? Mutable { get; set; }

    public bool? Required { get; set; }
}

/// <summary>The request of <c>ListUserPools</c>.</summary>
internal sealed class ListUserPoolsRequest : AmazonWebServiceRequest
{
    public int? MaxResults { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The answer of <c>ListUserPools</c>.</summary>
internal sealed class ListUserPoolsResponse : AmazonWebServiceResponse
{
    public List<UserPoolDescriptionType>? UserPools { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The request of <c>DescribeUserPool</c>.</summary>
internal sealed class DescribeUserPoolRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }
}

/// <summary>The answer of <c>DescribeUserPool</c>.</summary>
internal sealed class DescribeUserPoolResponse : AmazonWebServiceResponse
{
    public UserPoolType? UserPool { get; set; }
}

/// <summary>The request of <c>CreateUserPool</c>.</summary>
internal sealed class CreateUserPoolRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    public string? PoolName { get; set; }

    public UserPoolPolicyType? Policies { get; set; }

    public List<SchemaAttributeType>? Schema { get; set; }
}

/// <summary>The answer of <c>CreateUserPool</c>.</summary>
internal sealed class CreateUserPoolResponse : AmazonWebServiceResponse
{
    public UserPoolType? UserPool { get; set; }
}

/// <summary>The request of <c>UpdateUserPool</c>.</summary>
internal sealed class UpdateUserPoolRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }

    public UserPoolPolicyType? Policies { get; set; }

    public List<string>? AutoVerifiedAttributes { get; set; }
}

/// <summary>The answer of <c>UpdateUserPool</c>.</summary>
internal sealed class UpdateUserPoolResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>DeleteUserPool</c>.</summary>
internal sealed class DeleteUserPoolRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }
}

/// <summary>The answer of <c>DeleteUserPool</c>.</summary>
internal sealed class DeleteUserPoolResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>CreateUserPoolDomain</c>.</summary>
internal sealed class CreateUserPoolDomainRequest : AmazonWebServiceRequest
{
    public string? Domain { get; set; }

    public string? UserPoolId { get; set; }
}

/// <summary>The answer of <c>CreateUserPoolDomain</c>.</summary>
internal sealed class CreateUserPoolDomainResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>DeleteUserPoolDomain</c>.</summary>
internal sealed class DeleteUserPoolDomainRequest : AmazonWebServiceRequest
{
    public string? Domain { get; set; }

    public string? UserPoolId { get; set; }
}

/// <summary>The answer of <c>DeleteUserPoolDomain</c>.</summary>
internal sealed class DeleteUserPoolDomainResponse : AmazonWebServiceResponse;
