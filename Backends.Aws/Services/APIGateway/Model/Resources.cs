using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Amazon.APIGateway.Model;

/// <summary>A path of an API.</summary>
internal sealed class Resource
{
    public string? Id { get; set; }

    public string? ParentId { get; set; }

    public string? PathPart { get; set; }

    public string? Path { get; set; }

    public Dictionary<string, Method>? ResourceMethods { get; set; }
}

/// <summary>An HTTP method on a path.</summary>
internal sealed class Method
{
    public string? HttpMethod { get; set; }

    public string? AuthorizationType { get; set; }

    public string? AuthorizerId { get; set; }

    public Dictionary<string, MethodResponse>? MethodResponses { get; set; }

    public Integration? MethodIntegration { get; set; }
}

/// <summary>A status that a method answers with.</summary>
internal sealed class MethodResponse
{
    public string? StatusCode { get; set; }
}

/// <summary>What stands behind a method.</summary>
internal sealed class Integration
{
    public IntegrationType? Type { get; set; }

    public string? HttpMethod { get; set; }

    public string? Uri { get; set; }

    public Dictionary<string, IntegrationResponse>? IntegrationResponses { get; set; }
}

/// <summary>How an answer from behind becomes the method's.</summary>
internal sealed class IntegrationResponse
{
    public string? StatusCode { get; set; }
}

/// <summary>The request of <c>GetResources</c>.</summary>
internal sealed class GetResourcesRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    public string? Position { get; set; }

    public int? Limit { get; set; }

    public List<string>? Embed { get; set; }
}

/// <summary>The answer of <c>GetResources</c>.</summary>
internal sealed class GetResourcesResponse : AmazonWebServiceResponse
{
    public string? Position { get; set; }

    [JsonPropertyName("item")]
    public List<Resource>? Items { get; set; }
}

/// <summary>The request of <c>CreateResource</c>.</summary>
internal sealed class CreateResourceRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("parent_id")]
    public string? ParentId { get; set; }

    public string? PathPart { get; set; }
}

/// <summary>The answer of <c>CreateResource</c>.</summary>
internal sealed class CreateResourceResponse : AmazonWebServiceResponse
{
    public string? Id { get; set; }

    public string? Path { get; set; }
}
