using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway.Model;

/// <summary>Who decides whether a caller may.</summary>
internal sealed class Authorizer
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public AuthorizerType? Type { get; set; }

    public List<string>? ProviderARNs { get; set; }
}

/// <summary>The request of <c>GetAuthorizers</c>.</summary>
internal sealed class GetAuthorizersRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    public string? Position { get; set; }

    public int? Limit { get; set; }
}

/// <summary>The answer of <c>GetAuthorizers</c>.</summary>
internal sealed class GetAuthorizersResponse : AmazonWebServiceResponse
{
    public string? Position { get; set; }

    [JsonPropertyName("item")]
    public List<Authorizer>? Items { get; set; }
}

/// <summary>The request of <c>CreateAuthorizer</c>.</summary>
internal sealed class CreateAuthorizerRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    public string? Name { get; set; }

    public AuthorizerType? Type { get; set; }

    public List<string>? ProviderARNs { get; set; }

    public string? IdentitySource { get; set; }
}

/// <summary>The answer of <c>CreateAuthorizer</c>.</summary>
internal sealed class CreateAuthorizerResponse : AmazonWebServiceResponse
{
    public string? Id { get; set; }

    public string? Name { get; set; }
}

/// <summary>One change of a PATCH.</summary>
internal sealed class PatchOperation
{
    public Op? Op { get; set; }

    public string? Path { get; set; }

    public string? Value { get; set; }
}

/// <summary>The request of <c>UpdateAuthorizer</c>.</summary>
internal sealed class UpdateAuthorizerRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("authorizer_id")]
    public string? AuthorizerId { get; set; }

    public List<PatchOperation>? PatchOperations { get; set; }
}

/// <summary>The answer of <c>UpdateAuthorizer</c>.</summary>
internal sealed class UpdateAuthorizerResponse : AmazonWebServiceResponse
{
    public string? Id { get; set; }
}
