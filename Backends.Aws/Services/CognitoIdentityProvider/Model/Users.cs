using Amazon.Runtime;

namespace Amazon.CognitoIdentityProvider.Model;

/// <summary>An attribute of a user.</summary>
internal sealed class AttributeType
{
    public string? Name { get; set; }

    public string? Value { get; set; }
}

/// <summary>The request of <c>AdminCreateUser</c>.</summary>
internal sealed class AdminCreateUserRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }

    public string? Username { get; set; }

    public List<AttributeType>? UserAttributes { get; set; }

    public MessageActionType? MessageAction { get; set; }
}

/// <summary>The answer of <c>AdminCreateUser</c>.</summary>
internal sealed class AdminCreateUserResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>AdminSetUserPassword</c>.</summary>
internal sealed class AdminSetUserPasswordRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }

    public bool? Permanent { get; set; }
}

/// <summary>The answer of <c>AdminSetUserPassword</c>.</summary>
internal sealed class AdminSetUserPasswordResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>AdminGetUser</c>.</summary>
internal sealed class AdminGetUserRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }

    public string? Username { get; set; }
}

/// <summary>The answer of <c>AdminGetUser</c>.</summary>
internal sealed class AdminGetUserResponse : AmazonWebServiceResponse
{
    public string? Username { get; set; }

    public UserStatusType? UserStatus { get; set; }
}
