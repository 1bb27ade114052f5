using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Amazon.APIGateway.Model;

/// <summary>The request of <c>PutMethod</c>.</summary>
internal sealed class PutMethodRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("resource_id")]
    public string? ResourceId { get; set; }

    [JsonPropertyName("http_method")]
    public string? HttpMethod { get; set; }

    public string? AuthorizationType { get; set; }

    public string? AuthorizerId { get; set; }
}

/// <summary>The answer of <c>PutMethod</c>.</summary>
internal sealed class PutMethodResponse : AmazonWebServiceResponse
{
    public string? HttpMethod { get; set; }
}

/// <summary>The request of <c>PutIntegration</c>.</summary>
internal sealed class PutIntegrationRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("resource_id")]
    public string? ResourceId { get; set; }

    [JsonPropertyName("http_method")]
    public string? HttpMethod { get; set; }

    public IntegrationType? Type { get; set; }

    [JsonPropertyName("httpMethod")]
    public string? IntegrationHttpMethod { get; set; }

    public string? Uri { get; set; }
}

/// <summary>The answer of <c>PutIntegration</c>.</summary>
internal sealed class PutIntegrationResponse : AmazonWebServiceResponse
{
    public string? Uri { get; set; }
}

/// <summary>The request of <c>PutIntegrationResponse</c>.</summary>
internal sealed class PutIntegrationResponseRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("resource_id")]
    public string? ResourceId { get; set; }

    [JsonPropertyName("http_method")]
    public string? HttpMethod { get; set; }

    [JsonPropertyName("status_code")]
    public string? StatusCode { get; set; }

    public string? SelectionPattern { get; set; }

    public Dictionary<string, string>? ResponseTemplates { get; set; }
}

/// <summary>The answer of <c>PutIntegrationResponse</c>.</summary>
internal sealed class PutIntegrationResponseResponse : AmazonWebServiceResponse
{
    public string? StatusCode { get; set; }
}

/// <summary>The request of <c>PutMethodResponse</c>.</summary>
internal sealed class PutMethodResponseRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("resource_id")]
    public string? ResourceId { get; set; }

    [JsonPropertyName("http_method")]
    public string? HttpMethod { get; set; }

    [JsonPropertyName("status_code")]
    public string? StatusCode { get; set; }

    public Dictionary<string, string>? ResponseModels { get; set; }
}

/// <summary>The answer of <c>PutMethodResponse</c>.</summary>
internal sealed class PutMethodResponseResponse : AmazonWebServiceResponse
{
    public string? StatusCode { get; set; }
}
