using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.CognitoIdentityProvider.Model;

/// <summary>An app client in a list.</summary>
internal sealed class UserPoolClientDescription
{
    public string? ClientId { get; set; }

    public string? ClientName { get; set; }
}

/// <summary>An app client. Its secret is left out on purpose: nobody may see it.</summary>
internal sealed class UserPoolClientType
{
    public string? ClientId { get; set; }

    public string? ClientName { get; set; }
}

/// <summary>The request of <c>ListUserPoolClients</c>.</summary>
internal sealed class ListUserPoolClientsRequest : AmazonWebServiceRequest
{
    public string? UserPoolId { get; set; }

    public int? MaxResults { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The answer of <c>ListUserPoolClients</c>.</summary>
internal sealed class ListUserPoolClientsResponse : AmazonWebServiceResponse
{
    public List<UserPoolClientDescription>? UserPoolClients { get; set; }

    public string? NextToken { get; set; }
}

/// <summary>The request of <c>CreateUserPoolClient</c>.</summary>
internal sealed class CreateUserPoolClientRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    public string? UserPoolId { get; set; }

    public string? ClientName { get; set; }

    public bool? GenerateSecret { get; set; }

    public List<string>? ExplicitAuthFlows { get; set; }

    public List<string>? SupportedIdentityProviders { get; set; }

    public List<string>? CallbackURLs { get; set; }

    public List<string>? LogoutURLs { get; set; }

    public List<string>? AllowedOAuthFlows { get; set; }

    public List<string>? AllowedOAuthScopes { get; set; }

    public bool? AllowedOAuthFlowsUserPoolClient { get; set; }
}

/// <summary>The answer of <c>CreateUserPoolClient</c>.</summary>
internal sealed class CreateUserPoolClientResponse : AmazonWebServiceResponse
{
    public UserPoolClientType? UserPoolClient { get; set; }
}
