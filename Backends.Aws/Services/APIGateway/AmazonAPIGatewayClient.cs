using System.Text.Json.Serialization.Metadata;
using Amazon.APIGateway.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.APIGateway;

/// <summary>Amazon API Gateway: REST APIs.</summary>
/// <remarks>Facts: the service model of 2015-07-09. Named as in the official package, which can replace it the day it is served.</remarks>
internal sealed class AmazonAPIGatewayClient(AWSCredentials credentials, AmazonAPIGatewayConfig clientConfig) : ServiceClient(credentials, clientConfig)
{
    /// <summary>The APIs of the region, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<GetRestApisResponse> GetRestApisAsync(GetRestApisRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/restapis", APIGatewayJson.Default.GetRestApisRequest, APIGatewayJson.Default.GetRestApisResponse, "position", "limit"),
            request,
            cancellationToken);

    /// <summary>Makes an API; names may repeat.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<CreateRestApiResponse> CreateRestApiAsync(CreateRestApiRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/restapis", APIGatewayJson.Default.CreateRestApiRequest, APIGatewayJson.Default.CreateRestApiResponse),
            request,
            cancellationToken);

    /// <summary>Removes an API; allowed once in 30 seconds.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<DeleteRestApiResponse> DeleteRestApiAsync(DeleteRestApiRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("DELETE", "/restapis/{restapi_id}", APIGatewayJson.Default.DeleteRestApiRequest, APIGatewayJson.Default.DeleteRestApiResponse),
            request,
            cancellationToken);

    /// <summary>An API's paths, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<GetResourcesResponse> GetResourcesAsync(GetResourcesRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/restapis/{restapi_id}/resources", APIGatewayJson.Default.GetResourcesRequest, APIGatewayJson.Default.GetResourcesResponse, "position", "limit", "embed"),
            request,
            cancellationToken);

    /// <summary>Makes a path under another.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<CreateResourceResponse> CreateResourceAsync(CreateResourceRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/restapis/{restapi_id}/resources/{parent_id}", APIGatewayJson.Default.CreateResourceRequest, APIGatewayJson.Default.CreateResourceResponse),
            request,
            cancellationToken);

    /// <summary>Makes a method on a path.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<PutMethodResponse> PutMethodAsync(PutMethodRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", APIGatewayJson.Default.PutMethodRequest, APIGatewayJson.Default.PutMethodResponse),
            request,
            cancellationToken);

    /// <summary>Puts something behind a method.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<PutIntegrationResponse> PutIntegrationAsync(PutIntegrationRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration", APIGatewayJson.Default.PutIntegrationRequest, APIGatewayJson.Default.PutIntegrationResponse),
            request,
            cancellationToken);

    /// <summary>Says how an answer from behind becomes the method's.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<PutIntegrationResponseResponse> PutIntegrationResponseAsync(PutIntegrationResponseRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}", APIGatewayJson.Default.PutIntegrationResponseRequest, APIGatewayJson.Default.PutIntegrationResponseResponse),
            request,
            cancellationToken);

    /// <summary>Makes a status that a method answers with.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<PutMethodResponseResponse> PutMethodResponseAsync(PutMethodResponseRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PUT", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}", APIGatewayJson.Default.PutMethodResponseRequest, APIGatewayJson.Default.PutMethodResponseResponse),
            request,
            cancellationToken);

    /// <summary>An API's authorizers, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<GetAuthorizersResponse> GetAuthorizersAsync(GetAuthorizersRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/restapis/{restapi_id}/authorizers", APIGatewayJson.Default.GetAuthorizersRequest, APIGatewayJson.Default.GetAuthorizersResponse, "position", "limit"),
            request,
            cancellationToken);

    /// <summary>Makes an authorizer.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<CreateAuthorizerResponse> CreateAuthorizerAsync(CreateAuthorizerRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/restapis/{restapi_id}/authorizers", APIGatewayJson.Default.CreateAuthorizerRequest, APIGatewayJson.Default.CreateAuthorizerResponse),
            request,
            cancellationToken);

    /// <summary>Changes an authorizer.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<UpdateAuthorizerResponse> UpdateAuthorizerAsync(UpdateAuthorizerRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("PATCH", "/restapis/{restapi_id}/authorizers/{authorizer_id}", APIGatewayJson.Default.UpdateAuthorizerRequest, APIGatewayJson.Default.UpdateAuthorizerResponse),
            request,
            cancellationToken);

    /// <summary>Deploys an API to a stage, which comes about by it.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<CreateDeploymentResponse> CreateDeploymentAsync(CreateDeploymentRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("POST", "/restapis/{restapi_id}/deployments", APIGatewayJson.Default.CreateDeploymentRequest, APIGatewayJson.Default.CreateDeploymentResponse),
            request,
            cancellationToken);

    /// <summary>One deployment.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<GetDeploymentResponse> GetDeploymentAsync(GetDeploymentRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/restapis/{restapi_id}/deployments/{deployment_id}", APIGatewayJson.Default.GetDeploymentRequest, APIGatewayJson.Default.GetDeploymentResponse),
            request,
            cancellationToken);

    /// <summary>What an API was deployed to.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonAPIGatewayException">The service refused it.</exception>
    public Task<GetStagesResponse> GetStagesAsync(GetStagesRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rest("GET", "/restapis/{restapi_id}/stages", APIGatewayJson.Default.GetStagesRequest, APIGatewayJson.Default.GetStagesResponse),
            request,
            cancellationToken);

    private static RestJsonOperation<TRequest, TResponse> Rest<TRequest, TResponse>(
        string method, string path, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response, params string[] query)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        new(method, path, AmazonAPIGatewayConfig.Service, request, response, AmazonAPIGatewayException.Errors, query);
}
