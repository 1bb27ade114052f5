using System.Text.Json.Serialization.Metadata;
using Amazon.GameLift.Model;
using Amazon.Runtime;
using FleetBridge.Backends.Aws.Services.Runtime;

namespace Amazon.GameLift;

/// <summary>Amazon GameLift: builds and fleets.</summary>
/// <remarks>Facts: GameLift's service model of 2015-10-01. Named as in the official package, which can replace it the day it is served.</remarks>
internal sealed class AmazonGameLiftClient(AWSCredentials credentials, AmazonGameLiftConfig clientConfig) : ServiceClient(credentials, clientConfig)
{
    /// <summary>Registers a build and says where to upload it; at most once a second.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<CreateBuildResponse> CreateBuildAsync(CreateBuildRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("CreateBuild", GameLiftJson.Default.CreateBuildRequest, GameLiftJson.Default.CreateBuildResponse),
            request,
            cancellationToken);

    /// <summary>New credentials for an upload that takes longer than the first ones last.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<RequestUploadCredentialsResponse> RequestUploadCredentialsAsync(RequestUploadCredentialsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("RequestUploadCredentials", GameLiftJson.Default.RequestUploadCredentialsRequest, GameLiftJson.Default.RequestUploadCredentialsResponse),
            request,
            cancellationToken);

    /// <summary>The builds of the region, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<ListBuildsResponse> ListBuildsAsync(ListBuildsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("ListBuilds", GameLiftJson.Default.ListBuildsRequest, GameLiftJson.Default.ListBuildsResponse),
            request,
            cancellationToken);

    /// <summary>One build.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DescribeBuildResponse> DescribeBuildAsync(DescribeBuildRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DescribeBuild", GameLiftJson.Default.DescribeBuildRequest, GameLiftJson.Default.DescribeBuildResponse),
            request,
            cancellationToken);

    /// <summary>Removes a build; fleets that run it go on.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DeleteBuildResponse> DeleteBuildAsync(DeleteBuildRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DeleteBuild", GameLiftJson.Default.DeleteBuildRequest, GameLiftJson.Default.DeleteBuildResponse),
            request,
            cancellationToken);

    /// <summary>Begins a fleet; it takes minutes to become ACTIVE.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<CreateFleetResponse> CreateFleetAsync(CreateFleetRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("CreateFleet", GameLiftJson.Default.CreateFleetRequest, GameLiftJson.Default.CreateFleetResponse),
            request,
            cancellationToken);

    /// <summary>Fleets, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DescribeFleetAttributesResponse> DescribeFleetAttributesAsync(DescribeFleetAttributesRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DescribeFleetAttributes", GameLiftJson.Default.DescribeFleetAttributesRequest, GameLiftJson.Default.DescribeFleetAttributesResponse),
            request,
            cancellationToken);

    /// <summary>What happened to a fleet, newest first, page by page.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DescribeFleetEventsResponse> DescribeFleetEventsAsync(DescribeFleetEventsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DescribeFleetEvents", GameLiftJson.Default.DescribeFleetEventsRequest, GameLiftJson.Default.DescribeFleetEventsResponse),
            request,
            cancellationToken);

    /// <summary>Begins the end of a fleet, which has to be ACTIVE or ERROR.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DeleteFleetResponse> DeleteFleetAsync(DeleteFleetRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DeleteFleet", GameLiftJson.Default.DeleteFleetRequest, GameLiftJson.Default.DeleteFleetResponse),
            request,
            cancellationToken);

    /// <summary>How many instances of a type the account has in the region, and may have.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="AmazonGameLiftException">The service refused it.</exception>
    public Task<DescribeEC2InstanceLimitsResponse> DescribeEC2InstanceLimitsAsync(DescribeEC2InstanceLimitsRequest request, CancellationToken cancellationToken = default) =>
        InvokeAsync(
            Rpc("DescribeEC2InstanceLimits", GameLiftJson.Default.DescribeEC2InstanceLimitsRequest, GameLiftJson.Default.DescribeEC2InstanceLimitsResponse),
            request,
            cancellationToken);

    private static JsonRpcOperation<TRequest, TResponse> Rpc<TRequest, TResponse>(
        string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TResponse> response)
        where TRequest : AmazonWebServiceRequest
        where TResponse : AmazonWebServiceResponse, new() =>
        new(name, "GameLift", AmazonGameLiftConfig.Service, request, response, AmazonGameLiftException.Errors);
}
