using System.Text.Json.Serialization;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway.Model;

/// <summary>A REST API.</summary>
internal sealed class RestApi
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public DateTime? CreatedDate { get; set; }

    public string? RootResourceId { get; set; }
}

/// <summary>What an API was deployed to.</summary>
internal sealed class Stage
{
    public string? StageName { get; set; }

    public string? DeploymentId { get; set; }
}

/// <summary>The request of <c>GetRestApis</c>.</summary>
internal sealed class GetRestApisRequest : AmazonWebServiceRequest
{
    public string? Position { get; set; }

    public int? Limit { get; set; }
}

/// <summary>The answer of <c>GetRestApis</c>.</summary>
internal sealed class GetRestApisResponse : AmazonWebServiceResponse
{
    public string? Position { get; set; }

    [JsonPropertyName("item")]
    public List<RestApi>? Items { get; set; }
}

/// <summary>The request of <c>CreateRestApi</c>.</summary>
internal sealed class CreateRestApiRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    public string? Name { get; set; }

    public string? Description { get; set; }
}

/// <summary>The answer of <c>CreateRestApi</c>.</summary>
internal sealed class CreateRestApiResponse : AmazonWebServiceResponse
{
    public string? Id { get; set; }

    public string? Name { get; set; }

    public string? RootResourceId { get; set; }
}

/// <summary>The request of <c>DeleteRestApi</c>.</summary>
internal sealed class DeleteRestApiRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }
}

/// <summary>The answer of <c>DeleteRestApi</c>.</summary>
internal sealed class DeleteRestApiResponse : AmazonWebServiceResponse;

/// <summary>The request of <c>CreateDeployment</c>.</summary>
internal sealed class CreateDeploymentRequest : AmazonWebServiceRequest, IUnrepeatableRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    public string? StageName { get; set; }

    public string? Description { get; set; }
}

/// <summary>The answer of <c>CreateDeployment</c>.</summary>
internal sealed class CreateDeploymentResponse : AmazonWebServiceResponse
{
    public string? Id { get; set; }
}

/// <summary>The request of <c>GetDeployment</c>.</summary>
internal sealed class GetDeploymentRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }

    [JsonPropertyName("deployment_id")]
    public string? DeploymentId { get; set; }
}

/// <summary>The answer of <c>GetDeployment</c>.</summary>
internal sealed class GetDeploymentResponse : AmazonWebServiceResponse
{
    public string? Description { get; set; }
}

/// <summary>The request of <c>GetStages</c>.</summary>
internal sealed class GetStagesRequest : AmazonWebServiceRequest
{
    [JsonPropertyName("restapi_id")]
    public string? RestApiId { get; set; }
}

/// <summary>The answer of <c>GetStages</c>.</summary>
internal sealed class GetStagesResponse : AmazonWebServiceResponse
{
    public List<Stage>? Item { get; set; }
}
